/**
 * @module The protocol contract: how a style of API speaks on the wire. Hot: no document tooling here.
 */
import type { Problem } from "../model/problem.ts";

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
