import type { Finding } from "../../model/problem.ts";

/** No answer carries more findings than this. */
const findingsMax = 500;

/** As many findings as an answer carries, errors first; the last says how many are not listed. */
export function boundFindings(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
  if (sorted.length <= findingsMax) return sorted;
  const message = `${sorted.length - findingsMax + 1} more findings are not listed. Mend these first, then import again.`;
  return [...sorted.slice(0, findingsMax - 1), { pointer: "", message, severity: "warning" }];
}

/** What was found twice at one place, by who put files together and by who read the result, is told once: as the first tells it. */
export function mergeFindings(first: readonly Finding[], then: readonly Finding[]): Finding[] {
  const known = new Set(first.map(({ pointer }) => pointer));
  return boundFindings([...first, ...then.filter(({ pointer }) => pointer === "" || !known.has(pointer))]);
}
