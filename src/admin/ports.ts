/** @module What the management API needs from outside. The door makes it once an isolate. */
import type { Actor, Context } from "../actions/context.ts";
import type { Sealer } from "../model/seal.ts";

/** Who asks, in which workspace, under which id. */
export interface Caller {
  readonly actor: Actor;
  readonly workspace: string;
  /** Stands in the answer, in the `instance` of a problem and in the audit row of a change. */
  readonly requestId: string;
}

export interface AdminPorts {
  /** ADMIN_TOKEN: whoever holds it may do everything in every workspace. */
  readonly adminToken: string;
  /** The holder of a token that was issued here, by the token's hash; null if it is unknown, revoked or over. */
  findHolder(tokenHash: string): Promise<Actor | null>;
  workspaceExists(workspace: string): Promise<boolean>;
  /** What actions and queries run in. Its `waitUntil` is the request's. */
  context(caller: Caller): Context;
  /** Opens what refusals of the gateway carry. */
  readonly explanations: Sealer;
  /** Where the pages of problems stand, without a closing slash. */
  readonly portalOrigin: string;
  /** A ULID. */
  makeRequestId(): string;
}
