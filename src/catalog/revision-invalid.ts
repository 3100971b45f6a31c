import { Problem, type Finding } from "../model/problem.ts";

/** The refusal of what could not be served, with every finding in `members.findings`. */
export function revisionInvalid(findings: readonly Finding[]): Problem {
  const first = findings.find(({ severity }) => severity === "error");
  const more = findings.filter(({ severity }) => severity === "error").length - 1;
  const detail = first === undefined ? "It does not compile." : `${first.pointer}: ${first.message}`;
  return new Problem("revision-invalid", {
    detail: more > 0 ? `${detail} (and ${more} more, see findings)` : detail,
    members: { findings },
  });
}
