/**
 * @module Entries of the trail as they stand in the database. A row that somebody altered by hand must neither keep those
 * beside it from being read, nor pass for what was written.
 */
import { getTableColumns, sql } from "drizzle-orm";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { AuditEntry } from "../model/audit-chain.ts";

/** What to select for {@link auditEntry}: states as the text that they are, which need not be JSON. */
export const auditColumns = {
  ...getTableColumns(audit),
  before: sql<unknown>`${audit.before}`,
  after: sql<unknown>`${audit.after}`,
};

const State = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("It is no JSON.");
      return z.NEVER;
    }
  })
  .nullable();
const Stored = AuditEntry.omit({ unreadable: true }).extend({ before: State, after: State });

const empty: z.input<typeof Stored> = {
  workspace: "",
  sequence: 0,
  at: 0,
  actorKind: "",
  actor: "",
  action: "",
  targetKind: "",
  target: "",
  targetVersion: 0,
  before: null,
  after: null,
  requestId: "",
  previousHash: "",
  hash: "",
};

/** The entry of a row. What cannot be read stands in `unreadable` as it is, and its field is empty. */
export function auditEntry(row: Readonly<Record<keyof typeof auditColumns, unknown>>): AuditEntry {
  const found = Stored.safeParse(row);
  if (found.success) return found.data;
  const altered = Object.keys(empty).filter((field) => found.error.issues.some(({ path }) => path[0] === field));
  const pick = (from: object) => Object.entries(from).filter(([field]) => altered.includes(field));
  const shown = pick(row).map(([field, value]) => [field, typeof value === "string" ? value : JSON.stringify(value)]);
  return {
    ...Stored.parse({ ...row, ...Object.fromEntries(pick(empty)) }),
    unreadable: Object.fromEntries(shown) as Record<string, string>,
  };
}
