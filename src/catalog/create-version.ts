import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { VersionName } from "../model/address.ts";
import { notDeprecated } from "../model/deprecation.ts";
import { findApi } from "./api.ts";
import { draftFields, editDraft, emptyDraft, storeRevisionContent } from "./draft.ts";
import { refuseUndated } from "./refuse-undated.ts";
import { findUpstream } from "./upstream.ts";
import { Version, versionOf } from "./version.ts";

export const createVersion = defineAction({
  name: "create-version",
  summary: "Creates a version of an API, as a draft.",
  scope: "catalog:write",
  input: z.strictObject({
    api: Ref.describe("Id or slug of the API."),
    name: VersionName.describe("Name that calls carry, such as v1."),
    upstream: Ref.nullable().default(null).describe("Id or slug of the upstream that answers."),
    ...z.object(draftFields).partial().shape,
  }),
  output: Version,
  async decide({ api: apiRef, name, upstream, ...draft }, ctx) {
    const api = await findApi(ctx, apiRef);
    refuseUndated(api, name);
    const row = {
      id: ctx.makeId("ver"),
      workspace: ctx.workspace,
      api: api.id,
      name,
      state: "draft" as const,
      successor: null,
      ...notDeprecated,
      upstream: upstream === null ? null : (await findUpstream(ctx, upstream)).id,
      draft: await storeRevisionContent(ctx, editDraft(emptyDraft(), draft)),
      ...stamp(ctx.now()),
    };
    const output = versionOf(row);
    return {
      target: { kind: "version", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(versions).values(row)],
    };
  },
});
