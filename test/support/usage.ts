import { usageTotals } from "../../schema/analytics.ts";
import { cellOf, type Usage } from "../../src/model/usage.ts";
import type { Registry } from "./registry.ts";

/** A finished call. */
export const usage: Usage = {
  callId: "01M8AGH3TF184RNVC7WMA3DY5Q",
  at: 0,
  workspace: "default",
  environment: "env_1",
  api: "api_1",
  version: "ver_1",
  versionName: "v1",
  operation: "listBooks",
  organization: "org_1",
  application: "app_1",
  subscription: "sub_1",
  credential: "key_1",
  method: "GET",
  status: 200,
  problem: "",
  refusedBy: "",
  cache: "hit",
  colo: "LHR",
  country: "GB",
  units: 1,
  durationMs: 12,
  upstreamMs: 0,
  requestBytes: 0,
  responseBytes: 543,
  ungoverned: false,
  aborted: false,
};

/** A call of the registry's workspace, counted as its ledger would report it to D1. */
export async function counted(ctx: Registry, change: Partial<Usage>): Promise<void> {
  const { workspace, environment } = ctx;
  const source = `app:${workspace}:${crypto.randomUUID()}`;
  const cell = cellOf({ ...usage, ...change });
  await ctx.db.insert(usageTotals).values({ ...cell, source, workspace, environment, reportVersion: 1 });
}
