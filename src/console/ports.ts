/** @module What the console needs from outside. The door makes it once an isolate. */
import type { Actor, Context } from "../actions/context.ts";
import type { Sealer } from "../model/seal.ts";
import type { BasePath } from "../ui/site.ts";

export interface ConsolePorts {
  /** Empty at the root of the console's own host, `/console` on one host. */
  readonly basePath: BasePath;
  /** Seals sessions: `sealer(secret, "console-session")`. */
  readonly sessions: Sealer;
  /** The gateway's own sealer of explanations. */
  readonly explanations: Sealer;
  /** Who holds the token with this hash (model/credential.ts `hashSecret`); null if nobody, or it is revoked or over. */
  actorOf(tokenHash: string): Promise<Actor | null>;
  /** What queries run in, for this actor in this workspace. Whether the actor may look at it is theirs to decide. */
  context(request: Request, actor: Actor, workspace: string): Context | Promise<Context>;
  now(): number;
}
