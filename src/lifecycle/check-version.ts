import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import {
  environmentRef,
  findEnvironment,
  Finding,
  findVersion,
  readRevisionContent,
  versionRef,
} from "../catalog/index.ts";
import { compileVersion, refusedState } from "./compile-version.ts";

export const checkVersion = defineQuery({
  name: "check-version",
  summary: "Says what publishing the draft of a version would find, and changes nothing.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef, ...environmentRef }),
  output: z.object({
    publishable: z.boolean().describe("Whether it would be published."),
    findings: z.array(Finding).describe("Errors and warnings, by JSON pointers into the draft."),
  }),
  async read(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const environment = await findEnvironment(ctx, input.environment);
    const content = await readRevisionContent(ctx, version.draft);
    const task = { api, version, revision: version.draft, content, environment: environment.id };
    const { program, findings } = await compileVersion(ctx, task);
    const refused = refusedState(version);
    if (refused === null) return { publishable: program !== null, findings: [...findings] };
    return {
      publishable: false,
      findings: [{ pointer: "", message: refused, severity: "error" as const }, ...findings],
    };
  },
});
