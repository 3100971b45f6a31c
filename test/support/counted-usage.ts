import { usageTotals } from "../../schema/analytics.ts";
import { cellOf, type Usage } from "../../src/model/usage.ts";
import type { Registry } from "./registry.ts";
import { usage } from "./usage.ts";

/** A call of the registry's workspace, counted as its ledger would report it to D1. */
export async function counted(ctx: Registry, change: Partial<Usage>): Promise<void> {
  const { workspace, environment } = ctx;
  const source = `app:${workspace}:${crypto.randomUUID()}`;
  const cell = cellOf({ ...usage, ...change });
  await ctx.db.insert(usageTotals).values({ ...cell, source, workspace, environment, reportVersion: 1 });
}
