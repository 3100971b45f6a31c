/** @module The policy lists of a file against the catalogue: every type known, every configuration whole. */
import type { Finding } from "../../model/problem.ts";
import type { PolicyEntry } from "../../model/policy-entry.ts";
import type { PolicyDefinition } from "../../policies/policy.ts";
import type { PlatformFile } from "../platform-file.ts";
import { suggest } from "../../model/did-you-mean.ts";
import { explainIssues, toPointer } from "./explain-issues.ts";

export type PolicyCatalogue = Readonly<Record<string, PolicyDefinition>>;

/** Findings for all policy lists of the file. All are errors. */
export function checkPolicies(file: PlatformFile, catalogue: PolicyCatalogue): Finding[] {
  return policyLists(file).flatMap(({ path, entries }) =>
    entries.flatMap((entry, index) => checkEntry(entry, toPointer([...path, index]), catalogue)),
  );
}

/** Every policy list of the file with its place. */
function policyLists(file: PlatformFile): { readonly path: string[]; readonly entries: readonly PolicyEntry[] }[] {
  const lists = [{ path: ["policies"], entries: file.policies }];
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

function checkEntry(entry: PolicyEntry, pointer: string, catalogue: PolicyCatalogue): Finding[] {
  const definition = Object.hasOwn(catalogue, entry.type) ? catalogue[entry.type] : undefined;
  if (definition === undefined) {
    const message = `There is no policy of type “${entry.type}”. ${suggest(entry.type, Object.keys(catalogue))}`;
    return [{ pointer: `${pointer}/type`, message, severity: "error" }];
  }
  const parsed = definition.config.safeParse(entry.config);
  if (parsed.success) return [];
  const subject = { name: entry.type, pointer: `${pointer}/config` };
  return explainIssues(definition.config, entry.config, parsed.error.issues, subject);
}
