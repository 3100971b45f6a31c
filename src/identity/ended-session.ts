/**
 * @module Sessions of the console that were signed out. A session is a sealed cookie and nothing is stored while it lasts; only
 * that it was ended before its time must be remembered, until then. This is no change of what is managed, so no action.
 */
import { eq, lt } from "drizzle-orm";
import { endedSessions } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";

/** From now on the session counts nowhere, whoever has its cookie. What is past its end anyway is forgotten. */
export async function endSession(
  { db, actor, now }: Pick<Context, "db" | "actor" | "now">,
  session: { readonly id: string; readonly endsAt: number },
): Promise<void> {
  const row = { id: session.id, workspace: actor.workspace ?? platformWorkspace, endsAt: session.endsAt };
  await db.batch([
    db.delete(endedSessions).where(lt(endedSessions.endsAt, now())),
    db.insert(endedSessions).values(row).onConflictDoNothing(),
  ]);
}

export async function isSessionEnded({ db }: Pick<Context, "db">, id: string): Promise<boolean> {
  const rows = await db.select({ id: endedSessions.id }).from(endedSessions).where(eq(endedSessions.id, id));
  return rows.length > 0;
}
