import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { deployments, revisions, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Problem } from "../model/problem.ts";
import type { ApiRow } from "./api.ts";
import { findVersion, versionOf, versionRef, type VersionRow } from "./version.ts";

export const deleteVersion = defineAction({
  name: "delete-version",
  summary: "Deletes a version that is a draft or retired, with its revisions. Calls that name it get 404 from then on.",
  scope: "catalog:write",
  input: z.strictObject({ ...versionRef }),
  output: Deleted,
  async decide(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    if (version.state !== "draft" && version.state !== "retired") {
      throw new Problem("state-conflict", {
        detail: `Version ${version.name} of ${api.slug} is ${version.state}. Retire it first, then delete it.`,
      });
    }
    refuseDependents(
      `Version ${version.name} of ${api.slug}`,
      await dependentsOf(ctx, api, version),
      "Name another successor or default version there.",
    );
    return deletion(
      { kind: "version", id: version.id, edition: version.edition },
      versionOf(version),
      [
        ctx.db.delete(deployments).where(eq(deployments.version, version.id)),
        ctx.db.delete(revisions).where(eq(revisions.version, version.id)),
        ctx.db.delete(versions).where(eq(versions.id, version.id)),
      ],
      version.state === "draft" ? [] : [distribute({ apis: [api.id] })],
    );
  },
});

async function dependentsOf(ctx: Context, api: ApiRow, version: VersionRow): Promise<Dependent[]> {
  const before = await ctx.db
    .select({ id: versions.id, name: versions.name })
    .from(versions)
    .where(and(eq(versions.api, api.id), eq(versions.successor, version.id)));
  return [
    ...before.map(({ id, name }) => ({ kind: "version", id, name: `${api.slug}/${name}` })),
    ...(api.defaultVersion === version.name ? [{ kind: "api", id: api.id, name: api.slug }] : []),
  ];
}
