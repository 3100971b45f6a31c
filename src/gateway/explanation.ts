/**
 * @module Sealed explanations: why a call was refused, carried by the refusal itself and stored nowhere.
 *
 * `instance` of a problem is `urn:gatehouse:call:<id>.<sealed>`. Only Gatehouse opens it: the management API for admins,
 * the portal for the caller's own calls. At most 600 bytes before sealing: what is long is cut, oldest steps first.
 */
import type { Call, Step } from "../model/call.ts";
import { explanationText, type Explanation } from "../model/explanation.ts";
import type { Problem } from "../model/problem.ts";
import type { Sealer } from "../model/seal.ts";

export function explain(problem: Problem, call: Call, now: number): Explanation {
  const step = call.refusal?.step ?? null;
  return {
    at: call.startedAt,
    workspace: call.match.workspace,
    environment: call.match.environment,
    code: problem.code,
    decidedBy: step?.policy ?? "",
    type: step?.type ?? "",
    origin: step?.origin ?? "",
    route: call.match.route,
    api: call.match.api.slug,
    version: call.match.version.name,
    application: call.principal?.application ?? "",
    credential: call.principal?.credential ?? "",
    ms: now - call.startedAt,
    passage: call.passage.map((one, index) => [one.policy, one.verdict, millisecondsOf(call.passage, index, now)]),
  };
}

/** A step lasts until the next one begins. */
function millisecondsOf(passage: readonly Step[], index: number, now: number): number {
  const begin = passage[index]?.at ?? now;
  return Math.max(0, Math.round((passage[index + 1]?.at ?? now) - begin));
}

/** The `instance` of a problem that met a call. */
export async function instanceOf(problem: Problem, call: Call, now: number, sealer: Sealer): Promise<string> {
  return `urn:gatehouse:call:${call.id}.${await sealer.seal(explanationText(explain(problem, call, now)), call.id)}`;
}
