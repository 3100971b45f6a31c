import { and, desc, eq, gte, sql } from "drizzle-orm";
import * as z from "zod";
import { usageTotals } from "../../schema/analytics.ts";
import { applications, organizations } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import type { Reader } from "../actions/rows.ts";
import { findVersion, versionRef } from "../catalog/index.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Pairs of application and operation that are read at most. */
const rowsMax = 1_000;

/** How far back somebody counts as a caller: who calls once a month is one. */
export const callerDays = 30;

export const Caller = z.object({
  application: z.string().describe("Id of the application."),
  name: z.string().describe("Name of the application."),
  organization: z.string().describe("Name of its organization."),
  calls: z.int().describe("Its calls to the version."),
  lastCallAt: z.int().describe("When it called last, in ms since 1970, to the minute."),
  operations: z
    .array(
      z.object({
        operation: z.string().describe("Id of the operation; empty where the call did not get so far."),
        calls: z.int().describe("Its calls to it."),
        lastCallAt: z.int().describe("When it called it last."),
      }),
    )
    .describe("What it calls, the last called first."),
});
export type Caller = z.output<typeof Caller>;

export const listCallers = defineQuery({
  name: "list-callers",
  summary: "Lists the applications that called a version lately, with the operations that they called.",
  scope: "usage:read",
  input: z.strictObject({
    ...versionRef,
    days: z.coerce.number().int().min(1).max(366).default(callerDays).describe("How far back, in days."),
  }),
  output: z.object({
    items: z.array(Caller).describe("Whoever called last comes first."),
    complete: z.boolean().describe("false: there are more than are listed."),
  }),
  async read({ days, ...ref }, ctx) {
    const { api, version } = await findVersion(ctx, ref);
    return readCallers(ctx, { api: api.id, version: version.name, since: ctx.now() - days * dayMs });
  },
});

/** The named callers of a version since then, by exact totals: whatever they were answered. Anonymous calls are nobody's. */
export async function readCallers(
  ctx: Reader,
  {
    api,
    version,
    since,
    environment,
  }: {
    readonly api: string;
    readonly version: string;
    readonly since: number;
    readonly environment?: string | undefined;
  },
): Promise<{ items: Caller[]; complete: boolean }> {
  const lastMinute = sql<number>`max(${usageTotals.minute})`.as("last_minute");
  const rows = await ctx.db
    .select({
      application: applications.id,
      name: applications.name,
      organization: sql<string>`${organizations.name}`.as("organization_name"),
      operation: usageTotals.operation,
      calls: sql<number>`sum(${usageTotals.calls})`.as("call_count"),
      lastMinute,
    })
    .from(usageTotals)
    .innerJoin(applications, eq(applications.id, usageTotals.application))
    .innerJoin(organizations, eq(organizations.id, applications.organization))
    .where(
      and(
        eq(usageTotals.workspace, ctx.workspace),
        gte(usageTotals.minute, Math.floor(since / minuteMs)),
        eq(usageTotals.api, api),
        eq(usageTotals.version, version),
        environment === undefined ? undefined : eq(usageTotals.environment, environment),
      ),
    )
    .groupBy(applications.id, usageTotals.operation)
    .orderBy(desc(lastMinute), usageTotals.operation)
    .limit(rowsMax + 1);
  const groups = Map.groupBy(rows.slice(0, rowsMax), (row) => row.application);
  const items = Array.from(groups, ([application, own]): Caller => {
    const { name = "", organization = "" } = own[0] ?? {};
    const operations = own.map((row) => ({
      operation: row.operation,
      calls: row.calls,
      lastCallAt: row.lastMinute * minuteMs,
    }));
    return {
      application,
      name,
      organization,
      calls: operations.reduce((sum, { calls }) => sum + calls, 0),
      lastCallAt: Math.max(...operations.map(({ lastCallAt }) => lastCallAt)),
      operations,
    };
  });
  return { items, complete: rows.length <= rowsMax };
}
