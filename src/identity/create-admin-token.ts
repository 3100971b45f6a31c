import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Name, Time } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { inBoth, roleScopes, scopes, type Scope } from "../actions/scope.ts";
import { Role } from "../model/role.ts";
import { adminRef, findAdmin } from "./admin.ts";
import { adminTokenOf, scopesOf, ShownToken } from "./admin-token.ts";
import { boundEnd, refuseMoreScopes } from "./token-bounds.ts";

const Grantable = z.enum(["*", ...(Object.keys(scopes) as Scope[])]);

const Input = z
  .strictObject({
    name: Name,
    admin: adminRef.admin.optional().describe("Whose token it is, by id or e-mail address; left out: a service token."),
    role: Role.optional().describe("What its holder may do, as a role; instead of scopes."),
    scopes: z
      .array(Grantable)
      .min(1)
      .max(60)
      .optional()
      .describe("What its holder may do; * is everything in the workspace."),
    expiresAt: Time.nullable()
      .default(null)
      .describe("When it ends, in ms since 1970; null: never. Made with a token that ends sooner, it ends with that."),
  })
  .refine(({ role, scopes: named }) => role === undefined || named === undefined, {
    path: ["scopes"],
    message: "Name a role or scopes, not both.",
  })
  .refine(({ admin, role, scopes: named }) => admin !== undefined || role !== undefined || named !== undefined, {
    path: ["role"],
    message: "Say what a service token may do: name a role, or scopes.",
  });

export const createAdminToken = defineAction({
  name: "create-admin-token",
  summary:
    "Makes a token for an admin, or for a service, and shows it this once. It may do no more, and last no longer, than what makes it.",
  scope: "tokens:write",
  input: Input,
  output: ShownToken,
  async decide(input, ctx) {
    const role = input.role ?? null;
    const wanted = { role, scopes: input.scopes ?? (role === null ? ["*"] : []) };
    const admin = input.admin === undefined ? null : (await findAdmin(ctx, input.admin)).row;
    const own = scopesOf(wanted);
    const given = admin === null ? own : inBoth(own, roleScopes[admin.role]);
    refuseMoreScopes(ctx.actor, given, (index) => {
      if (input.scopes?.[index] === given[index]) return `/scopes/${index}`;
      return role === null ? "/admin" : "/role";
    });
    const expiresAt = await boundEnd(ctx, input.expiresAt);
    const { token, hash, hint } = await ctx.keys.makeToken();
    const row = {
      id: ctx.makeId("tok"),
      workspace: ctx.workspace,
      admin: admin?.id ?? null,
      hash,
      hint,
      previousHash: null,
      previousEndsAt: null,
      name: input.name,
      ...wanted,
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
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
