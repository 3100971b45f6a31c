/** @module People: one row an address, whoever names it. What they are somewhere is a row of its own, in a workspace. */
import { and, eq, sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { admins, people } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email("Write an e-mail address, such as ada@example.com.").max(254))
  .describe("E-mail address, by which the person is known.");

/**
 * The person of an address: the statement that makes sure of the row, and the id once that has run. Nobody is told whether
 * it was there before: another workspace may have named them.
 */
export function namePerson(ctx: Context, email: string): { readonly statement: Statement; readonly id: SQL<string> } {
  const row = { id: ctx.makeId("per"), email, createdAt: ctx.now() };
  return {
    statement: ctx.db.insert(people).values(row).onConflictDoNothing(),
    id: sql<string>`(select ${people.id} from ${people} where ${people.email} = ${email})`,
  };
}

/** Forgets somebody whom nothing names any more. Runs after what named them is gone. */
export function forgetPerson({ db }: Pick<Context, "db">, id: string): Statement {
  const unnamed = sql`not exists (select 1 from ${admins} where ${admins.person} = ${people.id})
    and not exists (select 1 from ${members} where ${members.person} = ${people.id})`;
  return db.delete(people).where(and(eq(people.id, id), unnamed));
}
