/**
 * @module Audit: one row a change, with what the target looked like before and after, chained per workspace: each row's hash
 * covers the one before it, so that a row that was removed or rewritten shows.
 */
import { desc, eq } from "drizzle-orm";
import { audit } from "../../schema/actions.ts";
import { workspaces } from "../../schema/workspaces.ts";
import { Problem } from "../model/problem.ts";
import { canonicalJson } from "../model/revision.ts";
import type { Context } from "./context.ts";

/** What a change changed. `edition` is the target's before the change; 0 for what is being created. */
export interface Target {
  readonly kind: string;
  readonly id: string;
  readonly edition: number;
}

/** The end of a workspace's chain. Its sequence is 0 and its hash empty before the first change. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
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
  return { sequence: row.sequence ?? 0, hash: row.hash ?? "" };
}

/** The row that follows `head`. */
export async function chainRow(
  head: ChainHead,
  row: Omit<AuditRow, "sequence" | "previousHash" | "hash">,
): Promise<AuditRow> {
  const chained = { ...row, sequence: head.sequence + 1, previousHash: head.hash };
  return { ...chained, hash: await auditHash(chained) };
}

/** SHA-256 over the row and the hash before it. Recompute it to verify a chain. */
export async function auditHash(row: Omit<AuditRow, "hash">): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(row)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
