/** @module What is served with a secret: by its own policies, or because the workspace's list names it for all. */
import { and, eq } from "drizzle-orm";
import { policyLists, upstreamTargets } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Dependent } from "../actions/deletion.ts";
import { isAmong } from "../actions/rows.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import { secretsWithin } from "../policies/index.ts";
import { readPolicySets } from "./policy-set.ts";
import type { SecretRow } from "./secret.ts";
import { entriesOf, readServedContents, type ServedContent } from "./served-content.ts";

export interface SecretUses {
  /** The workspace whose list names it; null: the list does not, or nothing is served. */
  readonly list: string | null;
  /** What names it by policies of its own. */
  readonly naming: readonly ServedContent[];
  /** Everything that is served in its environment. */
  readonly served: readonly ServedContent[];
}

export async function secretUses(ctx: Context, { environment, name }: SecretRow): Promise<SecretUses> {
  const sets = await readPolicySets(ctx);
  const [list] = await ctx.db
    .select({ id: policyLists.workspace, entries: policyLists.entries })
    .from(policyLists)
    .where(eq(policyLists.workspace, ctx.workspace));
  const isNamed = (entries: readonly PolicyEntry[]): boolean =>
    secretsWithin(entries, sets, "").some((secret) => secret.name === name);
  const served = await readServedContents(ctx, environment);
  const byList = list !== undefined && served.length > 0 && isNamed(list.entries);
  return {
    list: byList ? list.id : null,
    naming: served.filter(({ content }) => isNamed(entriesOf(content))),
    served,
  };
}

/** The versions that are served with it, and the workspace's list where that names it. */
export function dependentsOf({ list, naming }: SecretUses): Dependent[] {
  const versions = new Map(naming.map(({ version, name }) => [version, { kind: "version", id: version, name }]));
  const byList = list === null ? [] : [{ kind: "policy list of the workspace", id: `policies_${list}`, name: list }];
  return [...byList, ...versions.values()];
}

/** What is served with it and calls hosts that it would not be bound to any more. */
export async function cutOff(ctx: Context, row: SecretRow, hosts: readonly string[]): Promise<Dependent[]> {
  const removed = row.hosts.filter((host) => !hosts.includes(host));
  if (removed.length === 0) return [];
  const { list, naming, served } = await secretUses(ctx, row);
  const using = list === null ? naming : served;
  const upstreams = [...new Set(using.flatMap(({ upstream }) => upstream ?? []))];
  const targets = await ctx.db
    .select({ upstream: upstreamTargets.upstream, url: upstreamTargets.url })
    .from(upstreamTargets)
    .where(and(eq(upstreamTargets.environment, row.environment), isAmong(upstreamTargets.upstream, upstreams)));
  const cut = new Set(
    targets.filter(({ url }) => removed.includes(new URL(url).hostname)).map(({ upstream }) => upstream),
  );
  const versions = using.filter(({ upstream }) => upstream !== null && cut.has(upstream));
  return dependentsOf({ list: null, naming: versions, served });
}
