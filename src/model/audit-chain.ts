/**
 * @module The audit trail's chain: each entry's hash covers the entry and the hash before it, so that one that was removed,
 * put in or rewritten shows. Pure: whoever holds an export can verify it, without the server that made it.
 */
import * as z from "zod";
import { canonicalJson } from "./revision.ts";

export const AuditEntry = z.object({
  workspace: z.string().describe("Workspace whose trail it stands in; platform is the one above all of them."),
  sequence: z.int().describe("Counts the changes of the workspace from 1, without a gap."),
  at: z.int().describe("When, in ms since 1970."),
  actorKind: z.string().describe("token, person or system."),
  actor: z.string().describe("Who: id of the token or person."),
  action: z.string().describe("What was done."),
  targetKind: z.string().describe("Kind of what was changed."),
  target: z.string().describe("Id of what was changed."),
  targetVersion: z.int().describe("Its edition after the change."),
  before: z.unknown().describe("What it looked like before; null if it was created."),
  after: z.unknown().describe("What it looked like after; null if it was deleted."),
  requestId: z.string().describe("The management request that asked for it."),
  previousHash: z.string().describe("Hash of the entry before; empty for the first."),
  hash: z.string().describe("SHA-256 over this entry and the hash before it."),
  unreadable: z
    .record(z.string(), z.string())
    .optional()
    .describe("What stands in fields that hold nothing Gatehouse writes: somebody altered them. The fields are empty."),
});
export type AuditEntry = z.output<typeof AuditEntry>;

/** An end of a chain. Its sequence is 0 and its hash empty before the first entry. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

export const emptyChain: ChainHead = { sequence: 0, hash: "" };

/** SHA-256 in hex over the entry, which holds the hash before it. */
export async function auditHash(entry: object): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(entry)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Why the entry does not follow `head`, in a sentence, or null if it does. */
export async function brokenLink(head: ChainHead, entry: AuditEntry): Promise<string | null> {
  const { sequence, previousHash, hash, unreadable, ...rest } = entry;
  const wanted = head.sequence + 1;
  if (sequence > wanted) {
    return sequence === wanted + 1
      ? `Entry ${wanted} is missing before it.`
      : `Entries ${wanted} to ${sequence - 1} are missing before it.`;
  }
  if (sequence < wanted) return `It stands where entry ${wanted} should.`;
  const altered = Object.keys(unreadable ?? {}).join(" and ");
  if (altered !== "") return `Its ${altered} cannot be read: it is not as it was written.`;
  if (previousHash !== head.hash) {
    return sequence === 1
      ? "It names an entry before it, and is the first."
      : `It was written after another entry ${head.sequence} than the one that stands there now.`;
  }
  const found = await auditHash({ ...rest, sequence, previousHash });
  return found === hash ? null : "It does not say what it said when it was written.";
}
