import { asc, eq, inArray } from "drizzle-orm";
import * as z from "zod";
import { environmentHosts, environments } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import { Name, Ref, Slug, stamped } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { Host } from "../model/address.ts";
import type { Finding } from "../model/problem.ts";

/** What an operator says about an environment. */
export const environmentFields = {
  slug: Slug,
  name: Name,
  hosts: z
    .array(Host)
    .max(64)
    .refine((hosts) => new Set(hosts).size === hosts.length, "A host is named twice.")
    .describe("Hosts at which its APIs answer. A host belongs to one environment of the whole platform."),
};

export const Environment = z.object({ ...stamped, ...environmentFields });
export type Environment = z.output<typeof Environment>;

export type EnvironmentRow = typeof environments.$inferSelect;

/** Names an environment where something is served; `production` exists in every workspace. */
export const environmentRef = { environment: Ref.default("production").describe("Id or slug of the environment.") };

export const findEnvironment = (ctx: Reader, ref: string): Promise<EnvironmentRow> =>
  findRow(ctx, environments, ref, "environment");

/** The environments of these rows, with their hosts in order. */
export async function environmentsOf(ctx: Reader, rows: readonly EnvironmentRow[]): Promise<Environment[]> {
  const hosts = await ctx.db
    .select()
    .from(environmentHosts)
    .where(eq(environmentHosts.workspace, ctx.workspace))
    .orderBy(asc(environmentHosts.host));
  return rows.map((row) => ({
    ...withoutWorkspace(row),
    hosts: hosts.filter(({ environment }) => environment === row.id).map(({ host }) => host),
  }));
}

/** Throws `input-invalid` for hosts that are Gatehouse's own or another environment's. */
export async function refuseTakenHosts(ctx: Context, environment: string, hosts: readonly string[]): Promise<void> {
  if (hosts.length === 0) return;
  const rows = await ctx.db
    .select()
    .from(environmentHosts)
    .where(inArray(environmentHosts.host, [...hosts]));
  const taken = rows.filter((row) => row.environment !== environment).map(({ host }) => host);
  const findings = hosts.flatMap((host, index): Finding[] => {
    const pointer = `/hosts/${index}`;
    if (ctx.ownHosts.includes(host)) {
      return [
        { pointer, message: "This host is Gatehouse's own: console and portal answer there.", severity: "error" },
      ];
    }
    if (taken.includes(host)) return [{ pointer, message: "Another environment has this host.", severity: "error" }];
    return [];
  });
  if (findings.length > 0) throw inputInvalid(findings);
}
