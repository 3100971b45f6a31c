/** @module A parsed file, checked in full: its fields, its names, its policies. What needs the documents is compile's. */
import type { Finding } from "../../model/problem.ts";
import { PlatformFile } from "../platform-file.ts";
import { checkForm } from "./check-form.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkReferences } from "./check-references.ts";
import { explainIssues, toPointer } from "../../model/explain-issues.ts";

/** The file, or what stands in the way. Pointers are into the value as it was written. */
export function validatePlatformFile(
  value: unknown,
):
  | { readonly file: PlatformFile; readonly findings: readonly [] }
  | { readonly file: null; readonly findings: readonly Finding[] } {
  const faults = checkForm(value);
  if (faults.length > 0) {
    return {
      file: null,
      findings: faults.map(({ path, message }) => ({ pointer: toPointer(path), message, severity: "error" })),
    };
  }
  const parsed = PlatformFile.safeParse(value);
  if (!parsed.success) {
    return { file: null, findings: explainIssues(PlatformFile, value, parsed.error.issues, { name: "", pointer: "" }) };
  }
  const findings = [...checkReferences(parsed.data), ...checkPolicies(parsed.data)];
  return findings.length === 0 ? { file: parsed.data, findings: [] } : { file: null, findings };
}
