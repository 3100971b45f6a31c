import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { environments, workspaces } from "../../schema/workspaces.ts";
import { defineAction, platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Name, Slug } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { stamp } from "../actions/revise.ts";
import { Workspace } from "./workspace.ts";

export const createWorkspace = defineAction({
  name: "create-workspace",
  summary: "Creates a workspace with the environment production, which has no host yet.",
  scope: "platform:write",
  realm: "platform",
  input: z.strictObject({
    id: Slug.refine((id) => id !== platformWorkspace, "This name is the platform's own. Choose another one.").describe(
      "Short name of the workspace; it cannot be changed.",
    ),
    name: Name,
  }),
  output: Workspace,
  async decide(input, ctx) {
    await refuseUsed(ctx, input.id);
    const now = ctx.now();
    const row = { ...input, ...stamp(now) };
    const production = {
      id: ctx.makeId("env"),
      workspace: row.id,
      slug: "production",
      name: "Production",
      ...stamp(now),
    };
    return {
      target: { kind: "workspace", id: row.id, edition: 0 },
      before: null,
      after: row,
      output: row,
      statements: [ctx.db.insert(workspaces).values(row), ctx.db.insert(environments).values(production)],
    };
  },
});

/** Trail and usage of a workspace outlive it: whoever got its id would read them as their own. */
async function refuseUsed({ db }: Context, id: string): Promise<void> {
  const [there] = await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, id));
  // Of one that is there the database says so itself.
  if (there !== undefined) return;
  const [trail] = await db
    .select({ at: audit.at })
    .from(audit)
    .where(and(eq(audit.workspace, platformWorkspace), eq(audit.target, id)))
    .limit(1);
  if (trail === undefined) return;
  const message = "There was a workspace of this id, and what was recorded of it is kept. Choose another id.";
  throw inputInvalid([{ pointer: "/id", message, severity: "error" }]);
}
