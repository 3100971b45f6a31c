/**
 * Checks a policy list before any call: every type known, every configuration whole, every policy such that it can be built.
 * The same answer for the file, offline, and for whatever is published.
 */
import { suggest } from "../model/did-you-mean.ts";
import { explainIssues } from "../model/explain-issues.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import { PolicySetReference, policySetType, setOf, type PolicySets } from "../model/policy-set.ts";
import type { Finding } from "../model/problem.ts";
import { policies, policyOf, secretsIn } from "./index.ts";
import type { Services } from "./services.ts";

/**
 * Findings of one list, all of them errors, with pointers below `pointer`. The policies of sets are checked with the sets; null:
 * the list can name none, as a set itself or the platform's list.
 */
export function checkPolicyList(entries: readonly PolicyEntry[], pointer: string, sets: PolicySets | null): Finding[] {
  return entries.flatMap((entry, index) => checkEntry(entry, `${pointer}/${index}`, sets));
}

/** Findings of the platform's list: besides, its policies can name no secret. */
export function checkGlobalList(entries: readonly PolicyEntry[], pointer: string): Finding[] {
  const named = secretsIn(entries, pointer);
  const message = "A secret is of one workspace, so the platform's policies can name none. Move the policy there.";
  return [...checkPolicyList(entries, pointer, null), ...named.map((one) => error(one.pointer, message))];
}

function checkReference(entry: PolicyEntry, pointer: string, sets: PolicySets | null): Finding[] {
  const config = PolicySetReference.safeParse(entry.config);
  if (!config.success) {
    const subject = { name: policySetType, pointer: `${pointer}/config` };
    return explainIssues(PolicySetReference, entry.config, config.error.issues, subject);
  }
  if (sets === null) {
    const message = "A set can be named by a workspace's list and by those of versions alone. Write its policies out.";
    return [error(`${pointer}/type`, message)];
  }
  const { set } = config.data;
  const own = setOf(entry, sets);
  if (own === null) {
    return [error(`${pointer}/config/set`, `There is no policy set “${set}”. ${suggest(set, Object.keys(sets))}`)];
  }
  const loud = own.find(({ type }) => policyOf(type)?.shadow !== true);
  if (entry.mode === "enforce" || loud === undefined) return [];
  return [error(`${pointer}/mode`, `“${loud.type}” of the set cannot run in shadow. Use enforce, or disable it.`)];
}

function checkEntry(entry: PolicyEntry, pointer: string, sets: PolicySets | null): Finding[] {
  const { id, type } = entry;
  if (type === policySetType) return checkReference(entry, pointer, sets);
  const definition = policyOf(type);
  if (definition === undefined) {
    const known = [...Object.keys(policies), policySetType];
    return [error(`${pointer}/type`, `There is no policy of type “${type}”. ${suggest(type, known)}`)];
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
