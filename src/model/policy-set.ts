/**
 * @module Policy sets: policies of a workspace that stand once and are named by many lists. Wherever a list is checked, compiled
 * or composed, a set's policies stand in the place of the entry that names it. Pure.
 */
import * as z from "zod";
import { ownField } from "./own-field.ts";
import type { PolicyEntry, PolicyList } from "./policy-entry.ts";

/** Type of the entry that names a set. */
export const policySetType = "policy-set";

/** Its configuration. */
export const PolicySetReference = z.strictObject({
  set: z.string().min(1).describe("Short name of the set whose policies stand here."),
});

/** The sets of a workspace, by short name. */
export type PolicySets = Readonly<Record<string, PolicyList>>;

/** In an order of its own, so that equal sets give equal programs. */
export function policySetsOf(sets: readonly { readonly slug: string; readonly policies: PolicyList }[]): PolicySets {
  const sorted = sets.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  return Object.fromEntries(sorted.map(({ slug, policies }) => [slug, policies]));
}

export interface Expanded {
  readonly entry: PolicyEntry;
  /** Index in the list of the entry, or of the one that names its set. */
  readonly index: number;
  readonly isOfSet: boolean;
}

/**
 * The list with each set's policies in place of its name: under the ids `reference.policy` (no id has a dot of its own), with
 * the reference's conditions before their own, in shadow where the reference is. The name of a set that is not there stays,
 * for whoever builds the list to fail at.
 */
export function expandSets(entries: readonly PolicyEntry[], sets: PolicySets): Expanded[] {
  return entries.flatMap((entry, index): Expanded[] => {
    const own = setOf(entry, sets);
    if (own === null) return [{ entry, index, isOfSet: false }];
    if (!entry.enabled) return [];
    return own.map((policy) => ({ entry: within(entry, policy), index, isOfSet: true }));
  });
}

/** The policies that an entry stands for, or null where it names no set that is there. */
export function setOf({ type, config }: PolicyEntry, sets: PolicySets): PolicyList | null {
  const name = type === policySetType ? config["set"] : undefined;
  return typeof name === "string" ? (ownField(sets, name) ?? null) : null;
}

/** Whether the list names the set, switched on or off. */
export function namesSet(entries: readonly PolicyEntry[], set: string): boolean {
  return entries.some(({ type, config }) => type === policySetType && config["set"] === set);
}

function within(reference: PolicyEntry, policy: PolicyEntry): PolicyEntry {
  return {
    ...policy,
    id: `${reference.id}.${policy.id}`,
    mode: reference.mode === "shadow" ? "shadow" : policy.mode,
    when: [...reference.when, ...policy.when],
  };
}
