import { usageTotals } from "../../schema/analytics.ts";
import { cellOf, type Usage } from "../../src/model/usage.ts";
import type { Registry } from "./registry.ts";
import { usage } from "./usage.ts";

/** A call of the registry's workspace, counted as its ledger would report it to D1: a ledger of its own if none is named. */
export async function counted(ctx: Registry, change: Partial<Usage>, ledger?: string): Promise<void> {
  const { workspace, environment } = ctx;
  const source = ledger ?? `app:${workspace}:${environment}:${crypto.randomUUID()}`;
  const { minute, ...cell } = cellOf({ ...usage, ...change });
  const hour = Math.floor(minute / 60);
  await ctx.db.insert(usageTotals).values({ ...cell, hour, source, workspace, environment, reportVersion: 1 });
}
