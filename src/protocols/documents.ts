/**
 * @module Readers of documents, one for each style that is described by one. Cold: the gateway never imports this file.
 */
import type { Style } from "../model/program.ts";
import { readDocument } from "./rest/document.ts";

/** Text to operations and findings; throws `document-invalid`. */
export type DocumentReader = typeof readDocument;

export const documents: Partial<Readonly<Record<Style, DocumentReader>>> = { rest: readDocument };
