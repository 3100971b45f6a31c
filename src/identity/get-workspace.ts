import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findWorkspace, Workspace } from "./workspace.ts";

export const getWorkspace = defineQuery({
  name: "get-workspace",
  summary: "Answers the workspace that is acted in.",
  scope: "catalog:read",
  input: z.strictObject({}),
  output: Workspace,
  read: (_input, ctx) => findWorkspace(ctx, ctx.workspace),
});
