/** @module What pruning writes and tells: the statements around those of a file, and what the edge still has of what goes. */
import { and, eq, or, sql } from "drizzle-orm";
import {
  apis,
  deployments,
  plans,
  policySets,
  productApis,
  products,
  revisions,
  upstreams,
  upstreamTargets,
  versions,
} from "../../schema/catalog.ts";
import { applications, credentials, members, organizations, subscriptions } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts, environments, secrets } from "../../schema/workspaces.ts";
import type { Context, RecordRef, Touched } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { isAmong } from "../actions/rows.ts";
import { secretRecordId } from "../model/records.ts";
import { byId, idsOf, type Pruned } from "./platform-file-prune.ts";
import type { WorkspaceState } from "./platform-file-state.ts";

/** Statements that take the rows away, around those that write: first what occupies names, last what others referred to. */
export function pruneStatements(
  { db, now }: Pick<Context, "db" | "now">,
  pruned: Pruned,
): { first: Statement[]; last: Statement[] } {
  if (pruned.deletions.length === 0) return { first: [], last: [] };
  const [places, programs, bundles, offers] = [
    idsOf(pruned.environments),
    idsOf(pruned.applications),
    idsOf(pruned.products),
    idsOf(pruned.plans),
  ];
  const [contracts, interfaces] = [idsOf(pruned.versions), idsOf(pruned.apis)];
  return {
    first: [
      db.delete(environmentHosts).where(isAmong(environmentHosts.environment, places)),
      db.delete(placements).where(or(isAmong(placements.environment, places), isAmong(placements.api, interfaces))),
      db.delete(productApis).where(or(isAmong(productApis.api, interfaces), isAmong(productApis.product, bundles))),
      db
        .delete(deployments)
        .where(or(isAmong(deployments.version, contracts), isAmong(deployments.environment, places))),
      ...pruned.deployments.map(({ version, environment }) =>
        db.delete(deployments).where(and(eq(deployments.version, version), eq(deployments.environment, environment))),
      ),
      db.delete(revisions).where(isAmong(revisions.version, contracts)),
      db.delete(versions).where(isAmong(versions.id, contracts)),
      db.delete(apis).where(isAmong(apis.id, interfaces)),
    ],
    last: [
      db
        .update(subscriptions)
        .set({ state: "ended", edition: sql`${subscriptions.edition} + 1`, updatedAt: now() })
        .where(isAmong(subscriptions.id, idsOf(pruned.subscriptions))),
      db
        .delete(subscriptions)
        .where(
          or(
            isAmong(subscriptions.application, programs),
            isAmong(subscriptions.product, bundles),
            isAmong(subscriptions.plan, offers),
          ),
        ),
      db
        .delete(credentials)
        .where(or(isAmong(credentials.application, programs), isAmong(credentials.environment, places))),
      db.delete(applications).where(isAmong(applications.id, programs)),
      db.delete(members).where(isAmong(members.organization, idsOf(pruned.organizations))),
      db.delete(organizations).where(isAmong(organizations.id, idsOf(pruned.organizations))),
      db.delete(plans).where(isAmong(plans.id, offers)),
      db.delete(products).where(isAmong(products.id, bundles)),
      db
        .delete(upstreamTargets)
        .where(
          or(isAmong(upstreamTargets.upstream, idsOf(pruned.upstreams)), isAmong(upstreamTargets.environment, places)),
        ),
      db.delete(upstreams).where(isAmong(upstreams.id, idsOf(pruned.upstreams))),
      db.delete(policySets).where(isAmong(policySets.id, idsOf(pruned.policySets))),
      db.delete(secrets).where(isAmong(secrets.environment, places)),
      db.delete(environments).where(isAmong(environments.id, places)),
    ],
  };
}

/** What the edge must hear of. Buckets that pruned APIs stand in are found with the APIs, before the change. */
export async function pruneTouched(
  { db }: Pick<Context, "db">,
  state: WorkspaceState,
  pruned: Pruned,
): Promise<Pick<Touched, "apis" | "buckets" | "records">> {
  const [places, programs] = [idsOf(pruned.environments), idsOf(pruned.applications)];
  if (pruned.deletions.length === 0) return { apis: [], buckets: [], records: [] };
  const keys = await db
    .select({ hash: credentials.hash })
    .from(credentials)
    .where(or(isAmong(credentials.application, programs), isAmong(credentials.environment, places)));
  const named = await db
    .select({ environment: secrets.environment, name: secrets.name })
    .from(secrets)
    .where(isAmong(secrets.environment, places));
  const contracts = byId(state.versions);
  const [interfaces, bundles] = [new Set(idsOf(pruned.apis)), new Set(idsOf(pruned.products))];
  const changed = [
    ...pruned.versions.map(({ api }) => api),
    ...pruned.deployments.flatMap(({ version }) => contracts.get(version)?.api ?? []),
  ];
  const standing = state.placements.filter(
    ({ api, environment }) => interfaces.has(api) || places.includes(environment),
  );
  const bundled = state.productApis.filter(({ product }) => bundles.has(product)).map(({ api }) => api);
  return {
    apis: [...new Set([...changed, ...bundled])],
    buckets: [...new Set(standing.map(({ bucket }) => bucket))],
    records: [
      ...keys.map(({ hash }): RecordRef => ({ kind: "key", id: hash })),
      ...[...programs, ...pruned.subscriptions.map(({ application }) => application)].map((id): RecordRef => ({
        kind: "application",
        id,
      })),
      ...idsOf(pruned.plans).map((id): RecordRef => ({ kind: "plan", id })),
      ...named.map(({ environment, name }): RecordRef => ({ kind: "secret", id: secretRecordId(environment, name) })),
    ],
  };
}
