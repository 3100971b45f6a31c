import { and, countDistinct, desc, eq, gte, or, sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { usageTotals } from "../../schema/analytics.ts";
import { applications, organizations } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import type { Reader } from "../actions/rows.ts";
import { findVersion, versionRef } from "../catalog/index.ts";

const hourMs = 3_600_000;
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
  lastCallAt: z.int().describe("When it called last, in ms since 1970: the begin of that hour."),
  operations: z
    .array(
      z.object({
        operation: z.string().describe("Id of the operation; empty where the call did not get so far."),
        calls: z.int().describe("Its calls to it."),
        lastCallAt: z.int().describe("When it called it last, by the hour as well."),
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
    count: z.int().describe("How many applications called it, listed or not."),
    complete: z.boolean().describe("false: there are more than are listed, or operations of those that are."),
  }),
  async read({ days, ...ref }, ctx) {
    const { version } = await findVersion(ctx, ref);
    return readCallers(ctx, { version, since: ctx.now() - days * dayMs });
  },
});

/** What is known of a version whose callers are asked for; a row of it will do. */
export interface CalledVersion {
  readonly id: string;
  readonly api: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface Callers {
  /** Whoever called last comes first. */
  readonly items: Caller[];
  /** How many there are, with those that are not among the items. */
  readonly count: number;
  readonly complete: boolean;
}

/** The named callers of a version since then, by exact totals: whatever they were answered. Anonymous calls are nobody's. */
export async function readCallers(
  ctx: Reader,
  {
    version,
    since,
    environment,
  }: {
    readonly version: CalledVersion;
    readonly since: number;
    readonly environment?: string | undefined;
  },
): Promise<Callers> {
  const lastHour = sql<number>`max(${usageTotals.hour})`.as("last_hour");
  const called = and(
    eq(usageTotals.workspace, ctx.workspace),
    eq(usageTotals.api, version.api),
    isOf(version, Math.floor(since / hourMs)),
    environment === undefined ? undefined : eq(usageTotals.environment, environment),
  );
  const rows = await ctx.db
    .select({
      application: applications.id,
      name: applications.name,
      organization: sql<string>`${organizations.name}`.as("organization_name"),
      operation: usageTotals.operation,
      calls: sql<number>`sum(${usageTotals.calls})`.as("call_count"),
      lastHour,
    })
    .from(usageTotals)
    .innerJoin(applications, eq(applications.id, usageTotals.application))
    .innerJoin(organizations, eq(organizations.id, applications.organization))
    .where(called)
    .groupBy(applications.id, usageTotals.operation)
    .orderBy(desc(lastHour), usageTotals.operation)
    .limit(rowsMax + 1);
  const complete = rows.length <= rowsMax;
  const items = callersOf(rows.slice(0, rowsMax));
  return { items, count: complete ? items.length : await countCallers(ctx, called), complete };
}

/** Calls are counted under the version's id. Those from before they were stand under its name, and are not of one that had it before. */
function isOf({ id, name, createdAt }: CalledVersion, hour: number): SQL | undefined {
  const created = Math.floor(createdAt / hourMs);
  return or(
    and(eq(usageTotals.version, id), gte(usageTotals.hour, hour)),
    and(eq(usageTotals.version, name), eq(usageTotals.versionName, ""), gte(usageTotals.hour, Math.max(hour, created))),
  );
}

async function countCallers({ db }: Reader, called: SQL | undefined): Promise<number> {
  const [row] = await db
    .select({ count: countDistinct(applications.id) })
    .from(usageTotals)
    .innerJoin(applications, eq(applications.id, usageTotals.application))
    .where(called);
  return row?.count ?? 0;
}

interface CallerRow {
  readonly application: string;
  readonly name: string;
  readonly organization: string;
  readonly operation: string;
  readonly calls: number;
  readonly lastHour: number;
}

function callersOf(rows: readonly CallerRow[]): Caller[] {
  const groups = Map.groupBy(rows, (row) => row.application);
  return Array.from(groups, ([application, own]): Caller => {
    const { name = "", organization = "" } = own[0] ?? {};
    const operations = own.map((row) => ({
      operation: row.operation,
      calls: row.calls,
      lastCallAt: row.lastHour * hourMs,
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
}
