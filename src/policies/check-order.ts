/**
 * Checks what lists say together, in the order in which they run: nothing answers in place of a policy that must not be
 * passed by, and what needs to know who is calling stands where that is known.
 */
import type { PolicyEntry } from "../model/policy-entry.ts";
import { expandSets, type PolicySets } from "../model/policy-set.ts";
import type { Finding } from "../model/problem.ts";
import { policyOf } from "./index.ts";
import type { PolicyDefinition } from "./policy.ts";

/** One of the lists that an operation's calls pass, such as the workspace's. */
export interface OrderedList {
  readonly entries: readonly PolicyEntry[];
  /** Whose it is, as in “of the workspace's list”; null for the list whose author reads the findings. */
  readonly owner: string | null;
  /** Where a finding at the entry of this index points. */
  readonly pointerAt: (index: number) => string;
}

/** A list with what its sets hold, whose findings point to the entries that name them. */
export function listWithSets({ entries, owner, pointerAt }: OrderedList, sets: PolicySets): OrderedList {
  const expanded = expandSets(entries, sets);
  return {
    entries: expanded.map(({ entry }) => entry),
    owner,
    pointerAt: (index) => pointerAt(expanded[index]?.index ?? index),
  };
}

interface Standing {
  readonly type: string;
  readonly role: PolicyDefinition["role"];
  /** How findings call it. */
  readonly name: string;
  readonly pointer: string;
}

/** What is wrong with the place of `one`, or null. Speaks of the nearest other, so that longer lists say the same. */
type Rule = (one: Standing, before: readonly Standing[], behind: readonly Standing[]) => string | null;

/** Findings of `lists` one behind the other, all of them errors. Entries that are disabled say nothing. */
export function checkOrder(lists: readonly OrderedList[]): Finding[] {
  const all = lists.flatMap(standingIn);
  return all.flatMap((one, index) => {
    const message = rules.get(one.type)?.(one, all.slice(0, index), all.slice(index + 1)) ?? null;
    return message === null ? [] : [{ pointer: one.pointer, message, severity: "error" as const }];
  });
}

function standingIn({ entries, owner, pointerAt }: OrderedList): Standing[] {
  return entries.flatMap(({ id, type, enabled }, index) => {
    const name = owner === null ? `“${type}”` : `“${type}” (entry “${id}” of ${owner})`;
    return enabled ? [{ type, role: policyOf(type)?.role, name, pointer: pointerAt(index) }] : [];
  });
}

/** Refuse whoever has not been recognised, and so preflights, which carry no credential. */
const closing = new Set(["require-principal", "require-subscription", "plan-limits"]);

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    "cors",
    ({ name }, before) =>
      before.some(({ type, role }) => role === "authenticator" || closing.has(type))
        ? `${name} stands behind a policy that asks for a credential, so preflights would be refused. Move it to the front.`
        : null,
  ],
  [
    "cache",
    ({ name }, _before, behind) => {
      const passedBy = behind.find(({ role }) => role !== undefined);
      return passedBy === undefined
        ? null
        : `${name} stands before ${passedBy.name}, which a kept answer would pass by. Move it behind.`;
    },
  ],
  [
    "require-subscription",
    ({ name }, _before, behind) => {
      const late = behind.find(({ role }) => role === "authenticator");
      return late === undefined
        ? null
        : `${name} stands before ${late.name}, so nobody is known there. Move it behind.`;
    },
  ],
  [
    "call-cost",
    ({ name }, before) =>
      before.some(({ type }) => type === "plan-limits")
        ? `${name} stands behind “plan-limits”, which would count the call before its cost is known. Move it before.`
        : null,
  ],
  [
    "plan-limits",
    ({ name }, before, behind) => {
      // Where no list looks the subscription up, the gateway does: behind the last policy that asks who is calling.
      const isLookedUp = [...before, ...behind].some(({ type }) => type === "require-subscription");
      const last = isLookedUp ? "require-subscription" : "require-principal";
      const late = behind.find(({ type, role }) => role === "authenticator" || type === last);
      return late === undefined
        ? null
        : `${name} stands before ${late.name}, so no plan is known there. Move it behind.`;
    },
  ],
]);
