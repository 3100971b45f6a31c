import { ask } from "../actions/action.ts";
import type { Actor, Context } from "../actions/context.ts";
import { allows } from "../actions/scope.ts";
import { identity } from "../identity/index.ts";
import type { BasePath } from "../ui/site.ts";
import { linkBelow, segment } from "../ui/site.ts";
import type { Frame } from "./view.ts";

/** Made by the first start. */
const defaultWorkspace = "default";

/** The workspace that opens first: the actor's own, or of all of them the default one, or the newest. */
export async function homeWorkspace(
  actor: Actor,
  contextIn: (workspace: string) => Context | Promise<Context>,
): Promise<string> {
  if (actor.workspace !== null) return actor.workspace;
  const all = await listed(await contextIn(""));
  if (all.some((each) => each.id === defaultWorkspace)) return defaultWorkspace;
  const newest = all.reduce<(typeof all)[number] | null>(
    (best, each) => (best === null || each.createdAt > best.createdAt ? each : best),
    null,
  );
  return newest?.id ?? defaultWorkspace;
}

/** What every page knows. Throws `resource-not-found` for a workspace that the actor may not look at, or that is not there. */
export async function framesOf(ctx: Context, basePath: BasePath, origin: string): Promise<Frame> {
  const [workspace, all] = await Promise.all([ask(identity.getWorkspace, ctx, {}), listed(ctx)]);
  return {
    link: linkBelow(`${basePath}/w/${segment(workspace.id)}`),
    root: linkBelow(basePath),
    workspace,
    others: all.filter((each) => each.id !== workspace.id),
    actor: ctx.actor.id,
    management: `${origin}/manage/v1`,
  };
}

/** Workspaces that may be chosen from; none for an actor who is bound to one, or may not read them. */
async function listed(ctx: Context) {
  if (ctx.actor.workspace !== null || !allows(ctx.actor.scopes, "platform:read")) return [];
  return (await ask(identity.listWorkspaces, ctx, { limit: 100 })).items;
}
