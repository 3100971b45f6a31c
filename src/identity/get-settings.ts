import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { readSettings, Settings } from "./settings.ts";

export const getSettings = defineQuery({
  name: "get-settings",
  summary: "Reads how the workspace is managed.",
  scope: "catalog:read",
  input: z.strictObject({}),
  output: Settings,
  read: (_input, ctx) => readSettings(ctx),
});
