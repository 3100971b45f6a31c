/**
 * @module Readers of documents, one for each style that is described by one. Cold: the gateway never imports this file.
 */
import type { Style } from "../model/program.ts";
import { mergeFindings } from "./rest/bound-findings.ts";
import { bundleFiles } from "./rest/bundle-files.ts";
import { readDocument } from "./rest/document.ts";
import { exportDocument } from "./rest/export-document.ts";

/** Text to operations and findings; throws `document-invalid`. */
export type DocumentReader = typeof readDocument;

export const documents: Partial<Readonly<Record<Style, DocumentReader>>> = { rest: readDocument };

/** Makes one document of several files; throws `document-invalid`. */
export type DocumentBundler = typeof bundleFiles;

export const bundlers: Partial<Readonly<Record<Style, DocumentBundler>>> = { rest: bundleFiles };

export { mergeFindings };

/** A kept document in the newest form that all tools read; throws `document-invalid`. */
export const exporters: Partial<Readonly<Record<Style, typeof exportDocument>>> = { rest: exportDocument };
