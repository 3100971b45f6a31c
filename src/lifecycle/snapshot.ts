import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { apis, deployments, policyLists, productApis, upstreamTargets, versions } from "../../schema/catalog.ts";
import { placements, slots } from "../../schema/distribution.ts";
import { sequenceQuery } from "../../schema/records.ts";
import type { Touched, World } from "../actions/context.ts";

export const globalSlot = "global";

/** Everything that the touched buckets and central lists are made of, as one consistent reading of D1. */
export type Snapshot = Awaited<ReturnType<typeof readSnapshot>>;

/**
 * Reads the state of the touched buckets, and of no other: an index on placements finds the APIs that stand in them. The
 * sequence is read in the same batch, so two snapshots with the same sequence hold the same.
 */
export async function readSnapshot(world: Pick<World, "db">, touched: Pick<Touched, "apis" | "buckets" | "policies">) {
  const { db } = world;
  const [found, known] = await db.batch([
    db
      .selectDistinct({ bucket: placements.bucket })
      .from(placements)
      .where(sql`${placements.api} in (select value from json_each(${JSON.stringify(touched.apis)}))`),
    db.select({ slot: slots.slot }).from(slots).where(eq(slots.slot, globalSlot)),
  ]);
  // The first root of all needs a global program, whatever the change was.
  const policies = touched.policies || known.length === 0;
  const buckets = [...new Set([...touched.buckets, ...found.map(({ bucket }) => bucket)])].sort((a, b) => a - b);
  const inBuckets = sql`${placements.bucket} in (select value from json_each(${JSON.stringify(buckets)}))`;
  const there = db.select({ api: placements.api }).from(placements).where(inBuckets);
  const contracts = db
    .select({ id: versions.id })
    .from(versions)
    .where(sql`${versions.api} in ${there}`);

  // One table a query: within a batch, D1 answers rows as objects, where columns of equal name fall together.
  const [[at], placed, served, contractRows, pointers, bundled, targets, [global], lists, current] = await db.batch([
    sequenceQuery(db),
    db.select().from(placements).where(inBuckets),
    db
      .select()
      .from(apis)
      .where(sql`${apis.id} in ${there}`),
    db
      .select()
      .from(versions)
      .where(sql`${versions.api} in ${there}`)
      .orderBy(asc(versions.name)),
    db
      .select()
      .from(deployments)
      .where(sql`${deployments.version} in ${contracts}`),
    db
      .select()
      .from(productApis)
      .where(sql`${productApis.api} in ${there}`)
      .orderBy(asc(productApis.product)),
    db
      .select()
      .from(upstreamTargets)
      .where(
        sql`${upstreamTargets.upstream} in (select ${versions.upstream} from ${versions} where ${versions.api} in ${there})`,
      )
      .orderBy(asc(upstreamTargets.position)),
    db
      .select({ entries: policyLists.entries, sequence: policyLists.sequence })
      .from(policyLists)
      .where(eq(policyLists.scope, "global")),
    db
      .select({ workspace: policyLists.workspace, program: policyLists.program })
      .from(policyLists)
      .where(and(isNotNull(policyLists.program), policies ? undefined : sql`0`)),
    db
      .select({ slot: slots.slot, hash: slots.hash })
      .from(slots)
      .where(
        sql`${slots.slot} in (select value from json_each(${JSON.stringify([globalSlot, ...buckets.map(String)])}))`,
      ),
  ]);
  return {
    sequence: at?.sequence ?? 0,
    buckets,
    /** Whether the central lists were read. */
    policies,
    placed,
    apis: new Map(served.map((api) => [api.id, api])),
    versions: contractRows,
    deployments: pointers,
    bundled,
    targets,
    global: global ?? { entries: [], sequence: 0 },
    lists,
    current: new Map(current.map(({ slot, hash }) => [slot, hash])),
  };
}
