/**
 * @module Wire protocols: how each style of API refuses, in the words its callers understand. Hot: no document tooling here.
 *
 * To add one: a folder with `wire.ts` and `document.ts`, a line here and a line in documents.ts, and its tests.
 */
import type { Problem } from "../model/problem.ts";
import type { Style } from "../model/program.ts";
import { rest } from "./rest/wire.ts";

/** What a rendered refusal says beside the problem. */
export interface Refusal {
  /** `urn:gatehouse:call:<id>.<sealed explanation>`. */
  readonly instance: string;
  /** Origin of the portal, for links to problem pages. */
  readonly portalOrigin: string;
}

export interface Wire {
  /** The problem as a response of this style, `problem.headers` included. */
  refuse(problem: Problem, refusal: Refusal): Response;
}

/** Styles that the gateway serves. A revision of any other style does not compile. */
export const wires: Partial<Record<Style, Wire>> = { rest };
