import type { Context } from "../actions/context.ts";
import { callerDays, readCallers, type Caller } from "../analytics/index.ts";
import { Problem } from "../model/problem.ts";

const dayMs = 86_400_000;
/** Callers that a refusal names; all of them stand in the list of callers. */
const namedMax = 20;

/** Whoever would be refused from now on if that version of the API was retired. */
export async function callersOf(
  ctx: Context,
  api: string,
  version: string,
  environment?: string,
): Promise<readonly Caller[]> {
  const since = ctx.now() - callerDays * dayMs;
  return (await readCallers(ctx, { api, version, since, environment })).items;
}

/** Throws `version-in-use`, with the callers in `members.callers`: those of one environment, where one is named. */
export async function refuseCalled(ctx: Context, api: string, version: string, environment?: string): Promise<void> {
  const callers = await callersOf(ctx, api, version, environment);
  if (callers.length === 0) return;
  throw new Problem("version-in-use", {
    detail: `${calledInWords(version, callers)} Move them on first, or give a reason to end it all the same.`,
    members: { callers: callers.slice(0, namedMax), callerCount: callers.length },
  });
}

/** `v1 was called within 30 days by Reader (Acme), last on 2026-11-25, and by 3 more applications.` */
export function calledInWords(version: string, callers: readonly Caller[]): string {
  const [last, ...others] = callers;
  if (last === undefined) return `Nobody called ${version} within ${callerDays} days.`;
  const day = new Date(last.lastCallAt).toISOString().slice(0, 10);
  const more = others.length === 0 ? "" : `, and by ${others.length} more application${others.length === 1 ? "" : "s"}`;
  return `${version} was called within ${callerDays} days by ${last.name} (${last.organization}), last on ${day}${more}.`;
}
