/**
 * @module Room: how much may stand in one bucket. A bucket is one row of D1, which holds 2 MB, and several workspaces may
 * share it: so a change that would make one too large is refused, rather than found out when it cannot be distributed.
 */
import { sql, type SQL } from "drizzle-orm";
import { guards } from "../../schema/actions.ts";
import { apis, deployments, productApis, upstreamTargets, versions } from "../../schema/catalog.ts";
import { placements } from "../../schema/distribution.ts";
import type { Context, Touched } from "./context.ts";
import type { Statement } from "./decision.ts";

/** Well below a row's 2,000,000 bytes, as what is counted here is an estimate. */
const bucketBytesMax = 1_800_000;

/** As JSON, what each takes besides the texts that its owner chose. */
const apiBytes = 450;
const versionBytes = 350;
const targetBytes = 30;
const productBytes = 40;

/**
 * Fails the batch in which it stands, after the rows of the change, if a touched bucket is too large by then. It breaks
 * another constraint than guards do (failure.ts isBucketFull): so they are told apart.
 */
export function roomStatement(ctx: Pick<Context, "db" | "workspace">, touched: readonly Touched[]): Statement | null {
  const moved = touched.flatMap((one) => one.apis);
  const buckets = touched.flatMap((one) => one.buckets);
  if (moved.length + buckets.length === 0) return null;
  const touchedBuckets = sql`select value from json_each(${JSON.stringify(buckets)}) union
    select moved.bucket from ${placements} as moved where moved.api in (select value from json_each(${JSON.stringify(moved)}))`;
  // From the few versions of an API to their deployments: the other way round, SQLite would go through all of an environment.
  const deployed = sql`from ${versions} cross join ${deployments}
    on ${deployments.version} = ${versions.id} and ${deployments.environment} = ${placements.environment}
    where ${versions.api} = ${apis.id}`;
  const targets = sql`select coalesce(sum(${targetBytes} + ${bytesOf(upstreamTargets.url)}), 0) from ${upstreamTargets}
    where ${upstreamTargets.upstream} = ${versions.upstream} and ${upstreamTargets.environment} = ${placements.environment}`;
  const contracts = sql`select coalesce(sum(${versionBytes} + (${targets})), 0) ${deployed}`;
  const bundled = sql`select ${productBytes} * count(*) from ${productApis} where ${productApis.api} = ${apis.id}`;
  const texts = sql.join([placements.host, apis.prefix, apis.name, apis.selector].map(bytesOf), sql` + `);
  return ctx.db.insert(guards).select(sql`select ${ctx.workspace}, null where exists (
    select 1 from ${placements} join ${apis} on ${apis.id} = ${placements.api}
    where ${placements.bucket} in (${touchedBuckets}) and exists (select 1 ${deployed})
    group by ${placements.bucket}
    having sum(${apiBytes} + ${texts} + (${bundled}) + (${contracts})) > ${bucketBytesMax})`);
}

/** In UTF-8, as a JSON string. */
function bytesOf(text: { getSQL(): SQL }): SQL {
  return sql`length(cast(json_quote(${text}) as blob))`;
}
