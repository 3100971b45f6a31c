import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { apis, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { revise } from "../actions/revise.ts";
import { Api, apiFields, apiOf, findApi, isDeployed, type ApiRow } from "./api.ts";
import { refuseUndatedVersions } from "./refuse-undated.ts";
import { bucketsOf, placeApi } from "./placement.ts";

export const updateApi = defineAction({
  name: "update-api",
  summary: "Changes an API. A new prefix moves all its published versions at once.",
  scope: "catalog:write",
  input: z.strictObject({ api: Ref, ...z.object(apiFields).partial().shape }),
  output: Api,
  async decide({ api, ...fields }, ctx) {
    const row = await findApi(ctx, api);
    const target = { kind: "api", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: apiOf(row) };
    if (next.defaultVersion !== row.defaultVersion) await refuseUnknownDefault(ctx, next);
    if (fields.selector !== undefined) await refuseUndatedVersions(ctx, next);
    const moved = next.prefix !== row.prefix;
    const left = moved ? await bucketsOf(ctx, [row.id]) : [];
    return {
      target,
      before: apiOf(row),
      after: apiOf(next),
      output: apiOf(next),
      statements: [
        ctx.db.update(apis).set(next).where(eq(apis.id, row.id)),
        ...(moved ? await placeApi(ctx, next) : []),
      ],
      effects: (await isDeployed(ctx, row.id)) ? [distribute({ apis: [row.id], buckets: left })] : [],
    };
  },
});

/** Calls that name no version would find nothing. */
async function refuseUnknownDefault(ctx: Context, { id, slug, defaultVersion: name }: ApiRow): Promise<void> {
  if (name === null) return;
  const named = await ctx.db
    .select({ id: versions.id })
    .from(versions)
    .where(and(eq(versions.api, id), eq(versions.name, name)));
  if (named.length > 0) return;
  const message = `There is no version ${name} of ${slug}. Create it first, or name another.`;
  throw inputInvalid([{ pointer: "/defaultVersion", message, severity: "error" }]);
}
