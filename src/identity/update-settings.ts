import * as z from "zod";
import { settings } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { readSettings, Settings, settingsFields } from "./settings.ts";

export const updateSettings = defineAction({
  name: "update-settings",
  summary: "Changes how the workspace is managed.",
  scope: "settings:write",
  input: z.strictObject({ ...z.object(settingsFields).partial().shape }),
  output: Settings,
  async decide(input, ctx) {
    const before = await readSettings(ctx);
    const target = { kind: "settings", id: `settings_${ctx.workspace}`, edition: before.edition };
    const requireIfMatch = input.requireIfMatch ?? before.requireIfMatch;
    if (requireIfMatch === before.requireIfMatch) return { unchanged: true, target, output: before };
    const after = { requireIfMatch, edition: before.edition + 1, updatedAt: ctx.now() };
    return {
      target,
      before,
      after,
      output: after,
      statements: [
        ctx.db
          .insert(settings)
          .values({ workspace: ctx.workspace, createdAt: ctx.now(), ...after })
          .onConflictDoUpdate({ target: settings.workspace, set: after }),
      ],
    };
  },
});
