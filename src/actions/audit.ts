/** @module Audit: one row a change, with what the target looked like before and after, chained per workspace. */
import { desc, eq } from "drizzle-orm";
import { audit } from "../../schema/actions.ts";
import { workspaces } from "../../schema/workspaces.ts";
import { Problem } from "../model/problem.ts";
import { auditHash, emptyChain, type ChainHead } from "../model/audit-chain.ts";
import type { Context } from "./context.ts";

/** What a change changed. `edition` is the target's before the change; 0 for what is being created. */
export interface Target {
  readonly kind: string;
  readonly id: string;
  readonly edition: number;
}

export type AuditRow = typeof audit.$inferInsert;

/** Where the workspace's chain ends now. Throws `resource-not-found` if there is no such workspace. */
export async function readHead(ctx: Pick<Context, "db" | "workspace">): Promise<ChainHead> {
  const [row] = await ctx.db
    .select({ sequence: audit.sequence, hash: audit.hash })
    .from(workspaces)
    .leftJoin(audit, eq(audit.workspace, workspaces.id))
    .where(eq(workspaces.id, ctx.workspace))
    .orderBy(desc(audit.sequence))
    .limit(1);
  if (row === undefined) throw new Problem("resource-not-found", { detail: "There is no such workspace." });
  return row.sequence === null || row.hash === null ? emptyChain : { sequence: row.sequence, hash: row.hash };
}

/** The row that follows `head`. */
export async function chainRow(
  head: ChainHead,
  row: Omit<AuditRow, "sequence" | "previousHash" | "hash">,
): Promise<AuditRow> {
  const chained = { ...row, sequence: head.sequence + 1, previousHash: head.hash };
  return { ...chained, hash: await auditHash(chained) };
}

const secretField = /^(key|hash|token|secret|password|authorization|cookie|x-api-key)$/i;
const longestChars = 100_000;

/**
 * What the trail may keep of a state: secrets struck out by the names of their fields (a second line: decisions leave them
 * out themselves), and a state too large for a row replaced by its length.
 */
export function auditable(state: unknown): unknown {
  if (state === null || state === undefined) return null;
  const text = JSON.stringify(state, (key, value: unknown) =>
    secretField.test(key) && typeof value === "string" ? "[secret]" : value,
  );
  if (text.length > longestChars) return { omitted: `${text.length} characters` };
  return JSON.parse(text) as unknown;
}
