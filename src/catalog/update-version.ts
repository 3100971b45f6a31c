import { eq, sql } from "drizzle-orm";
import * as z from "zod";
import { apis, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { revise } from "../actions/revise.ts";
import { VersionName } from "../model/address.ts";
import { Problem } from "../model/problem.ts";
import { explainCircle } from "../model/successor.ts";
import { isDeployed, type ApiRow } from "./api.ts";
import { draftFields, editDraft, readRevisionContent, storeRevisionContent } from "./draft.ts";
import { refuseUndated } from "./refuse-undated.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { findUpstream } from "./upstream.ts";
import { findVersion, findVersionOf, Version, versionOf, versionRef, type VersionRow } from "./version.ts";

export const updateVersion = defineAction({
  name: "update-version",
  summary: "Changes a version or its draft. What is served changes only when the draft is published.",
  scope: "catalog:write",
  input: z.strictObject({
    ...versionRef,
    name: VersionName.optional().describe(
      "New name; calls must carry it at once, and a default version stays the default.",
    ),
    successor: Ref.nullable().optional().describe("Id or name of the version that follows."),
    upstream: Ref.nullable().optional().describe("Id or slug of the upstream that answers; takes effect at once."),
    ...z.object(draftFields).partial().shape,
  }),
  output: Version,
  async decide({ api: apiRef, version: ref, name, successor, upstream, ...edits }, ctx) {
    const { api, version } = await findVersion(ctx, { api: apiRef, version: ref });
    const target = { kind: "version", id: version.id, edition: version.edition };
    if (name !== undefined && name !== version.name) refuseUndated(api, name);
    const wanted = typeof upstream === "string" ? await findUpstream(ctx, upstream) : upstream;
    const edited = editDraft(await readRevisionContent(ctx, version.draft), edits);
    const fields = {
      name,
      successor: await successorId(ctx, api, version, successor),
      upstream: wanted ? wanted.id : wanted,
      draft: await storeRevisionContent(ctx, edited),
    };
    const next = revise(version, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: versionOf(version) };
    if (next.upstream === null && version.state !== "draft") {
      throw new Problem("state-conflict", { detail: "A version that is served needs an upstream. Name another one." });
    }
    if (wanted && next.upstream !== version.upstream) await refuseUnserved(ctx, version, wanted);
    const seen =
      next.name !== version.name || next.successor !== version.successor || next.upstream !== version.upstream;
    const isDefault = next.name !== version.name && api.defaultVersion === version.name;
    const told = seen && (version.state !== "draft" || (isDefault && (await isDeployed(ctx, api.id))));
    return {
      target,
      before: { ...versionOf(version), ...(isDefault ? { defaultVersion: version.name } : {}) },
      after: { ...versionOf(next), ...(isDefault ? { defaultVersion: next.name } : {}) },
      output: versionOf(next),
      statements: [
        ctx.db.update(versions).set(next).where(eq(versions.id, version.id)),
        ...(isDefault ? [carryDefault(ctx, api, next.name)] : []),
      ],
      effects: told ? [distribute({ apis: [api.id] })] : [],
    };
  },
});

/** The API names its default version by name: it must follow a new one, or calls that name none would find nothing. */
function carryDefault(ctx: Context, api: ApiRow, defaultVersion: string): Statement {
  const edition = sql`${apis.edition} + 1`;
  return ctx.db.update(apis).set({ defaultVersion, edition, updatedAt: ctx.now() }).where(eq(apis.id, api.id));
}

async function successorId(
  ctx: Context,
  api: ApiRow,
  version: VersionRow,
  ref: string | null | undefined,
): Promise<string | null | undefined> {
  if (typeof ref !== "string") return ref;
  const { id } = await findVersionOf(ctx, api, ref);
  const rows = await ctx.db
    .select({ id: versions.id, name: versions.name, successor: versions.successor })
    .from(versions)
    .where(eq(versions.api, api.id));
  const nameOf = new Map(rows.map((row) => [row.id, row.name]));
  const next = new Map(rows.map((row) => [row.name, nameOf.get((row.id === version.id ? id : row.successor) ?? "")]));
  const message = explainCircle(version.name, (name) => next.get(name));
  if (message !== null) throw inputInvalid([{ pointer: "/successor", message, severity: "error" }]);
  return id;
}
