/** @module The policy lists of a file against the catalogue: every type known, every configuration whole. */
import { toPointer } from "../../model/explain-issues.ts";
import type { PolicyEntry } from "../../model/policy-entry.ts";
import { policySetsOf, type PolicySets } from "../../model/policy-set.ts";
import type { Finding } from "../../model/problem.ts";
import { checkPolicyList } from "../../policies/check-list.ts";
import type { PlatformFile } from "../platform-file.ts";

/** Findings for all policy lists of the file. All are errors. */
export function checkPolicies(file: PlatformFile): Finding[] {
  const sets = setsOf(file);
  return [
    ...checkPolicyList(file.policies, "/policies", sets),
    ...Object.entries(sets).flatMap(([slug, entries]) =>
      checkPolicyList(entries, toPointer(["policySets", slug, "policies"]), null),
    ),
    ...versionLists(file).flatMap(({ path, entries }) => checkPolicyList(entries, toPointer(path), sets)),
  ];
}

/** The sets that the file's lists may name: its own. */
export function setsOf({ policySets }: PlatformFile): PolicySets {
  return policySetsOf(Object.entries(policySets).map(([slug, { policies }]) => ({ slug, policies })));
}

/** Every policy list of a version with its place. */
function versionLists(file: PlatformFile): { readonly path: string[]; readonly entries: readonly PolicyEntry[] }[] {
  const lists: { readonly path: string[]; readonly entries: readonly PolicyEntry[] }[] = [];
  for (const [slug, api] of Object.entries(file.apis)) {
    for (const [name, version] of Object.entries(api.versions)) {
      const at = ["apis", slug, "versions", name];
      lists.push({ path: [...at, "policies"], entries: version.policies });
      for (const [operation, entries] of Object.entries(version.operationPolicies)) {
        lists.push({ path: [...at, "operationPolicies", operation], entries });
      }
    }
  }
  return lists;
}
