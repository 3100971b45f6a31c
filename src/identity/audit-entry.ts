import { and, desc, eq, lt } from "drizzle-orm";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { paged, type pageOf } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import type { Reader } from "../actions/rows.ts";

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
export type AuditEntry = z.output<typeof AuditEntry>;

/** What a trail is asked with. The cursor is the sequence of the last entry that was shown. */
export const auditInput = {
  target: z.string().min(1).max(100).optional().describe("Id of what was changed."),
  ...paged,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, "This is no cursor of an audit trail. Send back the one that a page ended with.")
    .optional()
    .describe(paged.cursor.description ?? ""),
};

interface AuditQuestion {
  readonly target?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of the trail of the Context's workspace, newest first. */
export async function readAudit(
  ctx: Reader,
  { target, limit, cursor }: AuditQuestion,
): Promise<z.output<ReturnType<typeof pageOf<typeof AuditEntry>>>> {
  const rows = await ctx.db
    .select()
    .from(audit)
    .where(
      and(
        eq(audit.workspace, ctx.workspace),
        cursor === undefined ? undefined : lt(audit.sequence, Number(cursor)),
        target === undefined ? undefined : eq(audit.target, target),
      ),
    )
    .orderBy(desc(audit.sequence))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(withoutWorkspace);
  return { items, cursor: rows.length > limit ? String(items.at(-1)?.sequence ?? "") : null };
}
