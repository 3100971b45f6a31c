import type { Context } from "../actions/context.ts";
import { callerDays, readCallers, type CalledVersion, type Callers } from "../analytics/index.ts";
import { Problem } from "../model/problem.ts";

const dayMs = 86_400_000;
/** Callers that a refusal names; all of them stand in the list of callers. */
const namedMax = 20;

/** Whoever would be refused from now on if that version was retired: in one environment, where one is named. */
export function callersOf(ctx: Context, version: CalledVersion, environment?: string): Promise<Callers> {
  return readCallers(ctx, { version, since: ctx.now() - callerDays * dayMs, environment });
}

/** Throws `version-in-use`, with the callers in `members.callers`: those of one environment, where one is named. */
export async function refuseCalled(ctx: Context, version: CalledVersion, environment?: string): Promise<void> {
  const callers = await callersOf(ctx, version, environment);
  if (callers.count === 0) return;
  throw new Problem("version-in-use", {
    detail: `${calledInWords(version.name, callers)} Move them on first, or give a reason to end it all the same.`,
    members: { callers: callers.items.slice(0, namedMax), callerCount: callers.count },
  });
}

/** `v1 was called within 30 days by Reader (Acme), last on 2026-11-25, and by 3 more applications.` */
export function calledInWords(version: string, { items: [last], count }: Callers): string {
  if (last === undefined) return `Nobody called ${version} within ${callerDays} days.`;
  const day = new Date(last.lastCallAt).toISOString().slice(0, 10);
  const others = count - 1;
  const more = others === 0 ? "" : `, and by ${others} more application${others === 1 ? "" : "s"}`;
  return `${version} was called within ${callerDays} days by ${last.name} (${last.organization}), last on ${day}${more}.`;
}
