import { eq } from "drizzle-orm";
import * as z from "zod";
import { workspaces } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Name } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { Problem } from "../model/problem.ts";
import { findWorkspace, unchangedWorkspace, Workspace, workspaceRef, type WorkspaceRow } from "./workspace.ts";

export const updateWorkspace = defineAction({
  name: "update-workspace",
  summary: "Renames a workspace for people; its id stays.",
  scope: "platform:write",
  realm: "platform",
  input: z.strictObject({ ...workspaceRef, name: Name.optional() }),
  output: Workspace,
  async decide({ workspace, ...fields }, ctx) {
    const row = await findWorkspace(ctx, workspace);
    const target = { kind: "workspace", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: row };
    return {
      target,
      before: row,
      after: next,
      output: next,
      guards: [unchangedWorkspace(row, changedMeanwhile(row))],
      statements: [ctx.db.update(workspaces).set(next).where(eq(workspaces.id, row.id))],
    };
  },
});

function changedMeanwhile({ id }: WorkspaceRow): Problem {
  return new Problem("state-conflict", {
    detail: `Workspace ${id} was changed while it was renamed. Read it again and decide anew.`,
  });
}
