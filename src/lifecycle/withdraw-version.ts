import { and, eq, ne } from "drizzle-orm";
import * as z from "zod";
import { deployments, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import {
  findEnvironment,
  findVersion,
  Version,
  versionOf,
  versionRef,
  type EnvironmentRow,
  type VersionRow,
} from "../catalog/index.ts";
import { RetireReason } from "../model/deprecation.ts";
import { Problem } from "../model/problem.ts";
import { at } from "./deploy.ts";
import { refuseCalled } from "./refuse-called.ts";

export const withdrawVersion = defineAction({
  name: "withdraw-version",
  summary:
    "Takes a version out of one environment, where calls then get 404; it stays in the others. Refused while applications call it there.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    environment: Ref.describe("Id or slug of the environment that it leaves."),
    reason: RetireReason.optional().describe("Why, although applications still call it there; for the audit."),
  }),
  output: Version,
  async decide({ environment: ref, reason, ...named }, ctx) {
    const { api, version } = await findVersion(ctx, named);
    const environment = await findEnvironment(ctx, ref);
    const served = await servedIn(ctx, version, environment);
    if (reason === undefined && version.state !== "retired") {
      await refuseCalled(ctx, version, environment.id);
    }
    const next = { ...version, edition: version.edition + 1, updatedAt: ctx.now() };
    const shown = { ...versionOf(version), environment: environment.slug };
    return {
      target: { kind: "version", id: version.id, edition: version.edition },
      before: { ...shown, revision: served.revision },
      after: { ...shown, edition: next.edition, revision: null, ...(reason === undefined ? {} : { reason }) },
      output: versionOf(next),
      statements: [
        ctx.db.delete(deployments).where(at(version, environment)),
        ctx.db.update(versions).set(next).where(eq(versions.id, version.id)),
      ],
      effects: [distribute({ apis: [api.id] })],
    };
  },
});

/** What is served there. Throws if nothing is, or if a version that answers calls would be left with nowhere to. */
async function servedIn(ctx: Context, version: VersionRow, environment: EnvironmentRow) {
  const [served] = await ctx.db.select().from(deployments).where(at(version, environment));
  if (served === undefined) {
    throw new Problem("state-conflict", { detail: `${version.name} is not served in ${environment.slug}.` });
  }
  if (version.state === "retired") return served;
  const elsewhere = await ctx.db
    .select({ environment: deployments.environment })
    .from(deployments)
    .where(and(eq(deployments.version, version.id), ne(deployments.environment, environment.id)))
    .limit(1);
  if (elsewhere.length > 0) return served;
  throw new Problem("state-conflict", {
    detail: `${version.name} is served nowhere but in ${environment.slug}. Retire it, so that its callers are told.`,
  });
}
