import { and, eq, gt, isNull, or } from "drizzle-orm";
import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { Name, stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";

export const keyRef = { key: z.string().min(1).max(100).describe("Id of the key; never the key itself.") };

/** A key as it may be shown: what it is called and begins with. The key itself is shown once, when it is created. */
export const Key = z.object({
  ...stamped,
  application: z.string().describe("Id of the application that it proves."),
  environment: z.string().describe("Id of the environment in which it counts."),
  name: Name,
  hint: z.string().describe("Its first characters, to tell one's keys apart."),
  expiresAt: z.int().nullable().describe("When it ends, in ms since 1970; null: never."),
  revokedAt: z.int().nullable().describe("When it was revoked, in ms since 1970."),
});
export type Key = z.output<typeof Key>;

export type KeyRow = typeof credentials.$inferSelect;

export function keyOf(row: KeyRow): Key {
  const { id, application, environment, name, hint, expiresAt, revokedAt, edition, createdAt, updatedAt } = row;
  return { id, application, environment, name, hint, expiresAt, revokedAt, edition, createdAt, updatedAt };
}

/** Condition on keys that may still be called with. */
export function isUsableKey(now: number) {
  return and(isNull(credentials.revokedAt), or(isNull(credentials.expiresAt), gt(credentials.expiresAt, now)));
}

export async function findKey(ctx: Reader, id: string): Promise<KeyRow> {
  const rows = await ctx.db
    .select()
    .from(credentials)
    .where(and(eq(credentials.workspace, ctx.workspace), eq(credentials.id, id)));
  return onlyRow(rows, id, "key");
}
