/** @module What the management API needs from outside. The door makes it once an isolate. */
import type { Actor, Context } from "../actions/context.ts";
import type { Sealer } from "../model/seal.ts";

/** Who asks, in which workspace, under which id. */
export interface Caller {
  readonly actor: Actor;
  readonly workspace: string;
  /** Stands in the answer, in the `instance` of a problem and in the audit row of a change. */
  readonly requestId: string;
  /** Work that may go on when the answer has left. */
  waitUntil(work: Promise<unknown>): void;
}

/** Where tokens and workspaces are looked up before it is known who asks. */
export type Directory = Pick<Context, "db" | "now">;

export interface AdminPorts {
  /** ADMIN_TOKEN: whoever holds it may do everything in every workspace. */
  readonly adminToken: string;
  readonly directory: Directory;
  /** What actions and queries run in. */
  context(caller: Caller): Context;
  /** Opens what refusals of the gateway carry. */
  readonly explanations: Sealer;
  /** Where the pages of problems stand, without a closing slash. */
  readonly portalOrigin: string;
  /** A ULID. */
  makeRequestId(): string;
}
