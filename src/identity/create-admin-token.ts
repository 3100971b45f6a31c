import { eq } from "drizzle-orm";
import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { allows, defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Name, Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { stamp } from "../actions/revise.ts";
import { scopes, type Scope } from "../actions/scope.ts";
import type { Finding } from "../model/problem.ts";
import { AdminToken, adminTokenOf } from "./admin-token.ts";

const Grantable = z.enum(["*", ...(Object.keys(scopes) as Scope[])]);

export const createAdminToken = defineAction({
  name: "create-admin-token",
  summary:
    "Makes an admin token for this workspace, and shows it this once. It may do no more, and last no longer, than what makes it.",
  scope: "tokens:write",
  input: z.strictObject({
    name: Name,
    scopes: z.array(Grantable).min(1).max(40).describe("What its holder may do; * is everything in the workspace."),
    expiresAt: Time.nullable()
      .default(null)
      .describe("When it ends, in ms since 1970; null: never. Made with a token that ends sooner, it ends with that."),
  }),
  output: z.object({
    ...AdminToken.shape,
    token: z.string().describe("The token. It is not stored and cannot be shown again."),
  }),
  async decide(input, ctx) {
    const beyond = input.scopes.flatMap((scope, index): Finding[] =>
      allows(ctx.actor.scopes, scope)
        ? []
        : [{ pointer: `/scopes/${index}`, message: `You do not have the scope ${scope} yourself.`, severity: "error" }],
    );
    if (beyond.length > 0) throw inputInvalid(beyond);
    if (input.expiresAt !== null && input.expiresAt <= ctx.now()) throw inputInvalid([expired]);
    const { token, hash, hint } = await ctx.keys.makeToken();
    const row = {
      id: ctx.makeId("tok"),
      workspace: ctx.workspace,
      hash,
      hint,
      ...input,
      expiresAt: earlier(input.expiresAt, await endOfMaker(ctx)),
      revokedAt: null,
      ...stamp(ctx.now()),
    };
    return {
      target: { kind: "admin-token", id: row.id, edition: 0 },
      before: null,
      after: adminTokenOf(row),
      output: { ...adminTokenOf(row), token },
      statements: [ctx.db.insert(adminTokens).values(row)],
    };
  },
});

const expired: Finding = {
  pointer: "/expiresAt",
  message: "This moment is past. Name a later one, or null for a token that does not end.",
  severity: "error",
};

/** When the token that makes this one ends. It may be of all workspaces; the first admin token is no row, and never ends. */
async function endOfMaker({ db, actor }: Context): Promise<number | null> {
  const [maker] = await db
    .select({ expiresAt: adminTokens.expiresAt })
    .from(adminTokens)
    .where(eq(adminTokens.id, actor.id));
  return maker?.expiresAt ?? null;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
