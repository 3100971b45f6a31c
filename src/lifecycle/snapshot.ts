import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { outbox } from "../../schema/actions.ts";
import { apis, deployments, policyLists, productApis, upstreamTargets, versions } from "../../schema/catalog.ts";
import { placements, slots } from "../../schema/distribution.ts";
import { sequenceQuery } from "../../schema/records.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Touched, World } from "../actions/context.ts";

export const globalSlot = "global";

/** Everything that the touched buckets and central lists are made of, as one consistent reading of D1. */
export type Snapshot = Awaited<ReturnType<typeof readSnapshot>>;

/** Most changes of others that are brought along, and how often such a change may have failed. */
const owedMax = 100;
const failuresMax = 3;

/**
 * Reads the state of the touched buckets, and of what other changes still owe: so a root never shows half of a change,
 * whoever builds it. No other bucket is read: an index on placements finds the APIs that stand in them. The sequence is read
 * in the same batch, so two snapshots with the same sequence hold the same.
 *
 * A change that cannot be built must hold up nobody else's: so what failed several times is not brought along any more, and
 * `alone` leaves out everything that others owe. Then a root may show a part of such a change before the rest of it.
 */
export async function readSnapshot(
  world: Pick<World, "db">,
  touched: Pick<Touched, "apis" | "buckets" | "policies">,
  alone = false,
) {
  const { db } = world;
  const owed = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(sql`${outbox.kind} = 'distribute' and ${outbox.attempts} < ${alone ? 0 : failuresMax}`)
    .orderBy(asc(outbox.dueAt))
    .limit(owedMax);
  const owedHere = inArray(outbox.id, owed);
  const each = (field: "apis" | "buckets") => sql`select value from json_each(${JSON.stringify(touched[field])})
    union select owed.value from ${outbox}, json_each(${outbox.payload}, ${`$.${field}`}) as owed where ${owedHere}`;
  const moved = alias(placements, "moved");
  const inBuckets = sql`${placements.bucket} in (${each("buckets")}
    union select ${moved.bucket} from ${placements} as "moved" where ${moved.api} in (${each("apis")}))`;
  // The first root of all needs a global program, whatever the change was.
  const listsTouched = sql`(${touched.policies ? 1 : 0}
    or not exists (select 1 from ${slots} where ${slots.slot} = ${globalSlot})
    or exists (select 1 from ${outbox} where ${owedHere} and ${outbox.payload} ->> '$.policies'))`;
  const there = db.select({ api: placements.api }).from(placements).where(inBuckets);
  const contracts = db
    .select({ id: versions.id })
    .from(versions)
    .where(sql`${versions.api} in ${there}`);

  // One table a query: within a batch, D1 answers rows as objects, where columns of equal name fall together.
  const [[at], placed, served, contractRows, pointers, bundled, targets, [global], lists, current, owedRows] =
    await db.batch([
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
        .where(eq(policyLists.workspace, platformWorkspace)),
      db
        .select({ workspace: policyLists.workspace, program: policyLists.program })
        .from(policyLists)
        .where(and(isNotNull(policyLists.program), listsTouched)),
      db.select({ slot: slots.slot, hash: slots.hash }).from(slots),
      db
        .select({ payload: sql<string>`json_remove(${outbox.payload}, '$.records', '$.purges')`.as("payload") })
        .from(outbox)
        .where(owedHere),
    ]);
  const all = [
    touched,
    ...owedRows.map(({ payload }) => JSON.parse(payload) as Pick<Touched, "apis" | "buckets" | "policies">),
  ];
  const apisTouched = new Set(all.flatMap((one) => one.apis));
  const standsIn = placed.filter(({ api }) => apisTouched.has(api)).map(({ bucket }) => bucket);
  return {
    sequence: at?.sequence ?? 0,
    buckets: [...new Set([...all.flatMap((one) => one.buckets), ...standsIn])].sort((a, b) => a - b),
    /** Whether the central lists were read. */
    policies: all.some((one) => one.policies) || !current.some(({ slot }) => slot === globalSlot),
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
