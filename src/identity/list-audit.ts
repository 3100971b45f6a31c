import { and, desc, eq, lt } from "drizzle-orm";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";

export const AuditEntry = z.object({
  sequence: z.int().describe("Counts the changes of the workspace from 1, without a gap."),
  at: z.int().describe("When, in ms since 1970."),
  actorKind: z.string().describe("token, person or system."),
  actor: z.string().describe("Who: id of the token or person."),
  action: z.string().describe("What was done."),
  targetKind: z.string().describe("Kind of what was changed."),
  target: z.string().describe("Id of what was changed."),
  targetVersion: z.int().describe("Its edition after the change."),
  before: z.unknown().describe("What it looked like before; null if it was created."),
  after: z.unknown().describe("What it looked like after."),
  requestId: z.string().describe("The management request that asked for it."),
  previousHash: z.string().describe("Hash of the entry before; empty for the first."),
  hash: z.string().describe("SHA-256 over this entry and the hash before it."),
});

export const listAudit = defineQuery({
  name: "list-audit",
  summary: "Lists the changes of the workspace, newest first, or those of one target.",
  scope: "audit:read",
  input: z.strictObject({
    target: z.string().min(1).max(100).optional().describe("Id of what was changed."),
    ...paged,
  }),
  output: pageOf(AuditEntry),
  async read({ target, limit, cursor }, ctx) {
    const before = Number(cursor ?? Number.MAX_SAFE_INTEGER);
    const rows = await ctx.db
      .select()
      .from(audit)
      .where(
        and(
          eq(audit.workspace, ctx.workspace),
          lt(audit.sequence, Number.isSafeInteger(before) ? before : 0),
          target === undefined ? undefined : eq(audit.target, target),
        ),
      )
      .orderBy(desc(audit.sequence))
      .limit(limit + 1);
    const items = rows.slice(0, limit).map(withoutWorkspace);
    return { items, cursor: rows.length > limit ? String(items.at(-1)?.sequence ?? "") : null };
  },
});
