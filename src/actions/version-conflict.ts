import { and, desc, eq, gt } from "drizzle-orm";
import { audit } from "../../schema/actions.ts";
import { Problem } from "../model/problem.ts";
import { canonicalJson } from "../model/revision.ts";
import { auditColumns, auditEntry } from "./audit-entry.ts";
import type { Target } from "./audit.ts";
import type { Reader } from "./rows.ts";

/** Most changes that a refusal tells of, the newest. */
const changesMax = 10;
/** They follow from every change, and say nothing about it. */
const stamps = new Set(["edition", "updatedAt"]);

/**
 * The refusal of a change to an edition that is no longer there: `members.changes` says what others did since, field by field;
 * what a file changed in the words of the file.
 */
export async function versionConflict(ctx: Reader, target: Target, expected: number): Promise<Problem> {
  const rows = await ctx.db
    .select(auditColumns)
    .from(audit)
    .where(and(eq(audit.workspace, ctx.workspace), eq(audit.target, target.id), gt(audit.targetVersion, expected)))
    .orderBy(desc(audit.targetVersion))
    .limit(changesMax);
  const changes = rows
    .reverse()
    .map(auditEntry)
    .map(({ targetVersion, at, actor, action, before, after }) => ({
      edition: targetVersion,
      at,
      actor,
      action,
      fields: changedFields(before, after),
    }));
  const last = changes.at(-1);
  const by = last === undefined ? "" : ` ${last.actor} changed it last, by ${last.action}.`;
  return new Problem("version-conflict", {
    detail: `You saw edition ${expected} of this ${target.kind}; it is at ${target.edition} now.${by} Read it again and decide anew.`,
    members: { edition: target.edition, changes },
  });
}

interface FieldChange {
  readonly before: unknown;
  readonly after: unknown;
}

/** The fields at the top of two states that differ. States that were too large for the trail differ as a whole. */
function changedFields(before: unknown, after: unknown): Readonly<Record<string, FieldChange>> {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !stamps.has(name));
  const changed = names.map((name) => [name, { before: old[name] ?? null, after: now[name] ?? null }] as const);
  return Object.fromEntries(changed.filter(([, field]) => canonicalJson(field.before) !== canonicalJson(field.after)));
}

function fieldsOf(state: unknown): Readonly<Record<string, unknown>> {
  return typeof state === "object" && state !== null ? { ...state } : {};
}
