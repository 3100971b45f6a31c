import { eq } from "drizzle-orm";
import { slots } from "../../schema/distribution.ts";
import { environmentHosts, environments, workspaces } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context, World } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { stamp } from "../actions/revise.ts";

/** The workspace that every installation has, and whose portal it shows. */
export const firstWorkspace = "default";

/**
 * Makes sure that the workspace `default` exists with the environment `production` at every host, and that the gateway has a
 * first root to stand on. Does nothing where all that is there: call it once an isolate, before the first management request.
 */
export async function bootstrap(world: World & Pick<Context, "makeId">): Promise<void> {
  const { db } = world;
  const now = world.now();
  const production = { workspace: firstWorkspace, slug: "production", name: "Production" };
  const existing = db
    .select({ id: environments.id })
    .from(environments)
    .where(eq(environments.workspace, firstWorkspace))
    .limit(1);
  const [there] = await existing;
  if (there === undefined) {
    const id = world.makeId("env");
    await db.batch([
      db
        .insert(workspaces)
        .values([
          { id: platformWorkspace, name: "Platform", ...stamp(now) },
          { id: firstWorkspace, name: "Default", ...stamp(now) },
        ])
        .onConflictDoNothing(),
      db
        .insert(environments)
        .values({ id, ...production, ...stamp(now) })
        .onConflictDoNothing(),
    ]);
    // Two isolates may begin at once: whichever environment was stored gets the host.
    const [stored] = await existing;
    if (stored !== undefined) {
      await db
        .insert(environmentHosts)
        .values({ host: "*", workspace: firstWorkspace, environment: stored.id })
        .onConflictDoNothing();
    }
  }
  const rooted = await db.select({ slot: slots.slot }).from(slots).limit(1);
  if (rooted.length === 0) await world.effects.distribute([distribute({}).payload], world);
}
