/** @module What a token that is made or rotated may be: no more, and no longer, than whoever asks for it. */
import { eq } from "drizzle-orm";
import { adminTokens } from "../../schema/workspaces.ts";
import type { Actor, Context } from "../actions/context.ts";
import { inputInvalid } from "../actions/input.ts";
import { allows } from "../actions/scope.ts";
import type { Finding } from "../model/problem.ts";

/** Throws `input-invalid` for scopes that the actor does not have. `pointer` names the field that asks for one of them. */
export function refuseMoreScopes(actor: Actor, scopes: readonly string[], pointer: (index: number) => string): void {
  const beyond = scopes.flatMap((scope, index): Finding[] => {
    if (allows(actor.scopes, scope)) return [];
    const message =
      scope === "*" ? "You may not do everything yourself." : `You do not have the scope ${scope} yourself.`;
    return [{ pointer: pointer(index), message, severity: "error" }];
  });
  if (beyond.length > 0) throw inputInvalid(beyond);
}

/** The end of a token that was asked for: never later than that of the token which asks. Throws for one that is past. */
export async function boundEnd(ctx: Context, asked: number | null): Promise<number | null> {
  if (asked !== null && asked <= ctx.now()) throw inputInvalid([past]);
  return earlier(asked, await endOfMaker(ctx));
}

const past: Finding = {
  pointer: "/expiresAt",
  message: "This moment is past. Name a later one, or null for a token that does not end.",
  severity: "error",
};

/** When the token that asks ends. It may be of all workspaces; the first admin token is no row, and never ends. */
async function endOfMaker({ db, actor }: Context): Promise<number | null> {
  if (actor.token === undefined) return null;
  const [maker] = await db
    .select({ expiresAt: adminTokens.expiresAt })
    .from(adminTokens)
    .where(eq(adminTokens.id, actor.token));
  return maker?.expiresAt ?? null;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
