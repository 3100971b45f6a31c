import { eq } from "drizzle-orm";
import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { Problem } from "../model/problem.ts";
import { VersionName, type ApiRow } from "./api.ts";
import { draftFields, editDraft, readRevisionContent, storeRevisionContent } from "./draft.ts";
import { findUpstream } from "./upstream.ts";
import { findVersion, findVersionOf, Version, versionOf, versionRef, type VersionRow } from "./version.ts";

export const updateVersion = defineAction({
  name: "update-version",
  summary: "Changes a version or its draft. What is served changes only when the draft is published.",
  scope: "catalog:write",
  input: z.strictObject({
    ...versionRef,
    name: VersionName.optional().describe("New name; calls must carry it at once."),
    successor: Ref.nullable().optional().describe("Id or name of the version that follows."),
    upstream: Ref.nullable().optional().describe("Id or slug of the upstream that answers; takes effect at once."),
    ...z.object(draftFields).partial().shape,
  }),
  output: Version,
  async decide({ api: apiRef, version: ref, name, successor, upstream, ...edits }, ctx) {
    const { api, version } = await findVersion(ctx, { api: apiRef, version: ref });
    const target = { kind: "version", id: version.id, edition: version.edition };
    const edited = editDraft(await readRevisionContent(ctx, version.draft), edits);
    const fields = {
      name,
      successor: await successorId(ctx, api, version, successor),
      upstream: typeof upstream === "string" ? (await findUpstream(ctx, upstream)).id : upstream,
      draft: await storeRevisionContent(ctx, edited),
    };
    const next = revise(version, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: versionOf(version) };
    if (next.upstream === null && version.state !== "draft") {
      throw new Problem("state-conflict", { detail: "A version that is served needs an upstream. Name another one." });
    }
    const seen =
      next.name !== version.name || next.successor !== version.successor || next.upstream !== version.upstream;
    return {
      target,
      before: versionOf(version),
      after: versionOf(next),
      output: versionOf(next),
      statements: [ctx.db.update(versions).set(next).where(eq(versions.id, version.id))],
      effects: seen && version.state !== "draft" ? [distribute({ apis: [api.id] })] : [],
    };
  },
});

async function successorId(
  ctx: Context,
  api: ApiRow,
  version: VersionRow,
  ref: string | null | undefined,
): Promise<string | null | undefined> {
  if (typeof ref !== "string") return ref;
  const { id } = await findVersionOf(ctx, api, ref);
  if (id === version.id) throw new Problem("state-conflict", { detail: "A version cannot follow itself." });
  return id;
}
