import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { applications } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Ref } from "../actions/fields.ts";
import { isAmong } from "../actions/rows.ts";
import { findApi, findEnvironment, findVersion } from "../catalog/index.ts";
import { findApplication } from "../consumers/index.ts";
import { LogLine, StatusFilter, type LogFilter } from "../model/log-line.ts";

/** A finished call, with the name of who made it. */
export const LoggedCall = z.object({
  ...LogLine.shape,
  applicationName: z.string().describe("Name of the caller's application, or empty."),
});
export type LoggedCall = z.output<typeof LoggedCall>;

const name = z.string().min(1).max(200).optional();

export const tailLogs = defineQuery({
  name: "tail-logs",
  summary:
    "Answers calls of the workspace as they end, and waits for the next: ask again with the cursor to follow them. Gateways report within 5 s of the first question, and for a minute after the last.",
  scope: "usage:read",
  input: z.strictObject({
    cursor: z
      .string()
      .regex(/^[\w-]{1,60}\.\d{1,15}\.\d{1,15}$/, "Send back the cursor of the answer before.")
      .optional()
      .describe("Where the answer before ended; now if left out."),
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(25)
      .default(20)
      .describe("How long to wait for a call, in seconds, while there is none; 0 answers at once."),
    limit: z.coerce.number().int().min(1).max(1_000).default(200).describe("Most calls to answer."),
    environment: Ref.optional().describe("Only calls in this environment: its id or slug."),
    api: Ref.optional().describe("Only calls of this API: its id or slug."),
    version: name.describe("Only calls of the version of this name."),
    operation: name.describe("Only calls of the operation of this id."),
    application: Ref.optional().describe("Only calls by this application: its id, slug, or team/slug."),
    method: z
      .string()
      .regex(/^[A-Z]{1,20}$/, "Write a method in capitals, such as GET.")
      .optional()
      .describe("Only calls with this method."),
    status: StatusFilter.optional().describe("Only answers with this status, or of this class: 404, or 4xx."),
    problem: name.describe("Only calls that were refused with the problem of this code."),
  }),
  output: z.object({
    items: z.array(LoggedCall).describe("In the order in which gateways told of them."),
    cursor: z.string().describe("Send it back for the calls that follow."),
    skipped: z
      .int()
      .describe("Calls that were too many to be told of since the cursor, whatever was asked for. They are counted."),
  }),
  async read({ cursor, wait, limit, ...asked }, ctx) {
    const filter = await filterOf(ctx, asked);
    const { workspace } = ctx;
    const told = await ctx.logs.read({ workspace, cursor, waitMs: wait * 1_000, limit, filter });
    const names = await namesOf(ctx, new Set(told.lines.map(({ application }) => application)));
    const items = told.lines.map((line) => ({ ...line, applicationName: names.get(line.application) ?? "" }));
    return { items, cursor: told.cursor, skipped: told.skipped };
  },
});

/** What is named by slug, by the ids that lines hold. Throws `resource-not-found`. */
async function filterOf(ctx: Context, asked: LogFilter): Promise<LogFilter> {
  const { environment, api, application, version } = asked;
  // Nothing would ever come of what is not there, and whoever waits for it would not be told.
  if (api !== undefined && version !== undefined) await findVersion(ctx, { api, version });
  return {
    ...asked,
    environment: environment === undefined ? undefined : (await findEnvironment(ctx, environment)).id,
    api: api === undefined ? undefined : (await findApi(ctx, api)).id,
    application: application === undefined ? undefined : (await findApplication(ctx, application)).id,
  };
}

async function namesOf(ctx: Context, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const known = [...ids].filter((id) => id !== "");
  if (known.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: applications.id, name: applications.name })
    .from(applications)
    .where(and(eq(applications.workspace, ctx.workspace), isAmong(applications.id, known)));
  return new Map(rows.map((row) => [row.id, row.name]));
}
