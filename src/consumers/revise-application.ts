import { eq } from "drizzle-orm";
import { applications } from "../../schema/consumers.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { revise } from "../actions/revise.ts";
import {
  applicationJudged,
  applicationOf,
  findApplication,
  type Application,
  type ApplicationRow,
} from "./application.ts";

/** Decides that an application has these fields; the gateway hears of it. */
export async function reviseApplication(
  ctx: Context,
  ref: string,
  fields: { readonly [Field in "slug" | "name" | "state"]?: ApplicationRow[Field] | undefined },
): Promise<Decision<Application>> {
  const row = await findApplication(ctx, ref);
  const target = { kind: "application", id: row.id, edition: row.edition };
  const next = revise(row, fields, ctx.now());
  if (next === null) return { unchanged: true, target, output: applicationOf(row) };
  return {
    target,
    before: applicationOf(row),
    after: applicationOf(next),
    output: applicationOf(next),
    statements: [ctx.db.update(applications).set(next).where(eq(applications.id, row.id))],
    effects: next.state === row.state ? [] : [applicationJudged(row.id)],
  };
}
