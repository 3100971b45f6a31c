import * as z from "zod";
import { schedules } from "../../schema/schedules.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Ref, Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { stamp } from "../actions/revise.ts";
import {
  findEnvironment,
  findVersion,
  readRevisionContent,
  storeRevisionContent,
  versionRef,
  type ApiRow,
  type VersionRow,
} from "../catalog/index.ts";
import { RetireReason } from "../model/deprecation.ts";
import { Problem } from "../model/problem.ts";
import { ScheduledStep } from "../model/schedule.ts";
import { compileVersion, refusedState, revisionInvalid, upstreamSettingsOf } from "./compile-version.ts";
import { Schedule, scheduleOf } from "./schedule.ts";

const Input = z
  .strictObject({
    ...versionRef,
    does: ScheduledStep.describe("publish: serve the draft as it is now; retire: refuse all calls with 410."),
    at: Time.describe("When, in ms since 1970."),
    environment: Ref.optional().describe("Environment to publish it in; production if left out."),
    reason: RetireReason.optional().describe("Why it is retired then although applications still call it."),
  })
  .refine(({ does, environment }) => does === "publish" || environment === undefined, {
    path: ["environment"],
    message: "A version is retired everywhere. Leave the environment out.",
  })
  .refine(({ does, reason }) => does === "retire" || reason === undefined, {
    path: ["reason"],
    message: "Only a retirement needs a reason. Leave it out.",
  });

export const scheduleVersion = defineAction({
  name: "schedule-version",
  summary:
    "Has a version published or retired at a time. What is published is the draft as it is now, checked now and again then.",
  scope: "lifecycle:write",
  input: Input,
  output: Schedule,
  async decide({ does, at, environment, reason = null, ...ref }, ctx) {
    const now = ctx.now();
    if (at <= now) {
      throw inputInvalid([{ pointer: "/at", message: "This moment is past. Name a later one.", severity: "error" }]);
    }
    const { api, version } = await findVersion(ctx, ref);
    const refused = does === "publish" ? refusedState(version) : unretirable(version);
    if (refused !== null) throw new Problem("state-conflict", { detail: refused });
    const place = does === "publish" ? await reviewed(ctx, api, version, environment ?? "production") : nowhere;
    const about = { api: api.id, version: version.id, does, ...place, reason, at };
    const { kind: actorKind, id: actor } = ctx.actor;
    const begin = { state: "waiting" as const, failure: null, actorKind, actor, tryAt: at, attempts: 0 };
    const row = { id: ctx.makeId("sch"), workspace: ctx.workspace, ...about, ...begin, ...stamp(now) };
    const output = scheduleOf(row);
    return {
      target: { kind: "schedule", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(schedules).values(row)],
      dueAt: at,
    };
  },
});

const nowhere = { environment: null, revision: null };

/** The draft's content as it is now, kept; what would be refused now is refused now. */
async function reviewed(ctx: Context, api: ApiRow, version: VersionRow, ref: string) {
  const { id: environment } = await findEnvironment(ctx, ref);
  const draft = await readRevisionContent(ctx, version.draft);
  const content = { ...draft, upstream: await upstreamSettingsOf(ctx, version) };
  const revision = await storeRevisionContent(ctx, content);
  const { program, findings } = await compileVersion(ctx, { api, version, revision, content, environment });
  if (program === null) throw revisionInvalid(findings);
  return { environment, revision };
}

function unretirable({ name, state }: VersionRow): string | null {
  return state === "published" || state === "deprecated"
    ? null
    : `Version ${name} is ${state}. Only what is served is retired.`;
}
