/**
 * @module Wire protocols: how each style of API refuses, in the words its callers understand.
 *
 * To add one: a folder with `wire.ts` and `document.ts`, a line here and a line in documents.ts, and its tests.
 */
import type { Style } from "../model/program.ts";
import type { Wire } from "./protocol.ts";
import { rest } from "./rest/wire.ts";

/** Styles that the gateway serves. A revision of any other style does not compile. */
export const wires: Partial<Record<Style, Wire>> = { rest };
