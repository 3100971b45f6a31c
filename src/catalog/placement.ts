import { eq, inArray, sql } from "drizzle-orm";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { bucketIndex, firstSegment } from "../model/program.ts";

type Placement = typeof placements.$inferSelect;

/**
 * Statements that place a new or moved API in every environment of its workspace. It is placed before it is published:
 * so publishing only moves a pointer, and can stand in one batch with a change of prefix.
 */
export async function placeApi(
  ctx: Pick<Context, "db" | "workspace">,
  api: { readonly id: string; readonly prefix: string },
): Promise<Statement[]> {
  const hosts = await ctx.db.select().from(environmentHosts).where(eq(environmentHosts.workspace, ctx.workspace));
  return [
    ctx.db.delete(placements).where(eq(placements.api, api.id)),
    ...insertPlacements(
      ctx,
      hosts.map(({ host, environment }) => placement(ctx.workspace, api, environment, host)),
    ),
  ];
}

export function placement(
  workspace: string,
  api: { readonly id: string; readonly prefix: string },
  environment: string,
  host: string,
): Placement {
  return { workspace, api: api.id, environment, host, bucket: bucketIndex(host, firstSegment(api.prefix)) };
}

/** Buckets in which the APIs stand now. */
export async function bucketsOf(ctx: Pick<Context, "db">, apiIds: readonly string[]): Promise<number[]> {
  if (apiIds.length === 0) return [];
  const rows = await ctx.db
    .selectDistinct({ bucket: placements.bucket })
    .from(placements)
    .where(inArray(placements.api, [...apiIds]));
  return rows.map((row) => row.bucket);
}

/** One statement whatever the number of rows: they travel as one JSON parameter (D1 binds 100). */
export function insertPlacements(ctx: Pick<Context, "db">, rows: readonly Placement[]): Statement[] {
  const statements: Statement[] = [];
  for (let start = 0; start < rows.length; start += 5_000) {
    const json = JSON.stringify(rows.slice(start, start + 5_000));
    statements.push(
      ctx.db.insert(placements).select(sql`
        select value ->> 'workspace', value ->> 'api', value ->> 'environment', value ->> 'host', value ->> 'bucket'
        from json_each(${json})`),
    );
  }
  return statements;
}
