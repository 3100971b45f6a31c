import { inputInvalid } from "../actions/input.ts";
import type { Problem } from "../model/problem.ts";

/** How far back every ledger keeps its minutes (model/ledger/constants.ts pruneMs). */
export const keptMs = 48 * 3_600_000;

/** The refusal of a time of which ledgers know nothing any more. `instead`: what else to do, as in "ask per hour". */
export function tooEarly(instead: string): Problem {
  const message = `Ledgers keep 48 hours. Begin later, or ${instead}.`;
  return inputInvalid([{ pointer: "/from", message, severity: "error" }]);
}
