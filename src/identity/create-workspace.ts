import * as z from "zod";
import { environments, workspaces } from "../../schema/workspaces.ts";
import { defineAction, platformWorkspace } from "../actions/action.ts";
import { Name, Slug } from "../actions/fields.ts";
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
