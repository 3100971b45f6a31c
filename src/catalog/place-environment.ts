import { and, eq } from "drizzle-orm";
import { apis } from "../../schema/catalog.ts";
import { placements } from "../../schema/distribution.ts";
import type { Statement } from "../actions/decision.ts";
import type { Reader } from "../actions/rows.ts";
import { insertPlacements, placement } from "./placement.ts";

/** Statements that place every API of the workspace at the hosts of an environment, and take them away elsewhere. */
export async function placeEnvironment(
  ctx: Reader,
  environment: string,
  hosts: readonly string[],
): Promise<Statement[]> {
  const all = await ctx.db
    .select({ id: apis.id, prefix: apis.prefix })
    .from(apis)
    .where(eq(apis.workspace, ctx.workspace));
  const rows = all.flatMap((api) => hosts.map((host) => placement(ctx.workspace, api, environment, host)));
  const there = and(eq(placements.workspace, ctx.workspace), eq(placements.environment, environment));
  return [ctx.db.delete(placements).where(there), ...insertPlacements(ctx, rows)];
}

/** Buckets in which APIs of the environment stand now. */
export async function bucketsOfEnvironment(ctx: Reader, environment: string): Promise<number[]> {
  const rows = await ctx.db
    .selectDistinct({ bucket: placements.bucket })
    .from(placements)
    .where(and(eq(placements.workspace, ctx.workspace), eq(placements.environment, environment)));
  return rows.map(({ bucket }) => bucket);
}
