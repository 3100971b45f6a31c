/**
 * Checks a policy list before any call: every type known, every configuration whole, every policy such that it can be built.
 * The same answer for the file, offline, and for whatever is published.
 */
import { suggest } from "../model/did-you-mean.ts";
import { explainIssues } from "../model/explain-issues.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import type { Finding } from "../model/problem.ts";
import { policies, policyOf, secretsIn } from "./index.ts";
import type { Services } from "./services.ts";

/** Findings of one list, all of them errors, with pointers below `pointer`. */
export function checkPolicyList(entries: readonly PolicyEntry[], pointer: string): Finding[] {
  return entries.flatMap((entry, index) => checkEntry(entry, `${pointer}/${index}`));
}

/** Findings of a list that stands above environments: besides, its policies can name no secret. */
export function checkCentralList(entries: readonly PolicyEntry[], pointer: string): Finding[] {
  const named = secretsIn(entries, pointer);
  const message =
    "A secret is of one environment, so only a version's own policies can name it. Move the policy there.";
  return [...checkPolicyList(entries, pointer), ...named.map((one) => error(one.pointer, message))];
}

function checkEntry(entry: PolicyEntry, pointer: string): Finding[] {
  const { id, type } = entry;
  const definition = policyOf(type);
  if (definition === undefined) {
    return [error(`${pointer}/type`, `There is no policy of type “${type}”. ${suggest(type, Object.keys(policies))}`)];
  }
  if (entry.mode === "shadow" && definition.shadow !== true) {
    return [error(`${pointer}/mode`, `“${type}” cannot run in shadow. Use enforce, or disable it.`)];
  }
  const config = definition.config.safeParse(entry.config);
  if (!config.success) {
    const subject = { name: type, pointer: `${pointer}/config` };
    return explainIssues(definition.config, entry.config, config.error.issues, subject);
  }
  try {
    definition.create(config.data, unbound, { id, origin: "revision", key: `check/${id}`, revision: 0 });
    return [];
  } catch (thrown) {
    return [error(`${pointer}/config`, thrown instanceof Error ? thrown.message : String(thrown))];
  }
}

function tooEarly(): never {
  throw new Error("a policy may ask for nothing before a call comes");
}

/** What `create` gets while a list is only checked. */
const unbound: Services = {
  directory: { credential: tooEarly, application: tooEarly, plan: tooEarly, secret: tooEarly },
  cache: { get: tooEarly, put: tooEarly, delete: tooEarly },
  purges: () => [],
  now: () => 0,
};

function error(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}
