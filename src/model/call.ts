/**
 * @module Call: a request in flight. Opened by gateway/handle, matched once, then carried through the policies.
 *
 * Everything is set once or only grows, but for the names of headers that end here, which a policy may use for itself. There
 * is no string-keyed bag: a policy that wants to tell a later one something needs a field here, with a type.
 */
import type { LimitDefinition, LimitMode, OnFailure } from "./limit.ts";
import type { Principal } from "./principal.ts";
import type { Problem } from "./problem.ts";
import type { Style } from "./program.ts";
import type { SubscriptionRecord } from "./records.ts";
import type { Target } from "./upstream.ts";

/** Where the call goes: what matching found. */
export interface Match {
  readonly workspace: string;
  readonly environment: string;
  readonly api: { readonly id: string; readonly slug: string; readonly name: string };
  readonly products: readonly string[];
  /** Where the call may go: the version's targets. */
  readonly targets: readonly Target[];
  readonly version: { readonly id: string; readonly name: string; readonly state: "published" | "deprecated" };
  readonly revision: string;
  readonly operation: string;
  /** Method and path template of the route, such as `GET /books/{isbn}`. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What stands before `path` in the caller's address: prefix and, where it stands in the path, version. No closing slash. */
  readonly base: string;
  /** The path below the version's base, still encoded; what the upstream gets after its own base path. */
  readonly path: string;
}

/** Where in the composed list an entry comes from. */
export type PolicyOrigin = "global" | "workspace" | "plan" | "revision" | "operation";

/** One policy's part in the passage of a call: which binding, when it began (epoch ms), what it decided. */
export interface Step {
  readonly policy: string;
  readonly type: string;
  readonly origin: PolicyOrigin;
  readonly at: number;
  verdict: "passed" | "refused" | "answered" | "skipped" | "would-refuse";
}

/** What a limiting policy wants counted for this call. All demands that stand side by side are asked together. */
export interface LimitDemand {
  /** Name of the ledger object (model/ledger): whose limits they are. */
  readonly ledger: string;
  /** Over how many objects it is spread, if over several. */
  readonly shards?: number;
  readonly definitions: readonly LimitDefinition[];
  /** Units that the call costs; with `variable`, those that are reserved until it is known. */
  readonly cost: number;
  /** What the call costs is known when it has ended. */
  readonly variable: boolean;
  readonly mode: LimitMode;
  readonly onFailure: OnFailure;
  /** Id of the credential that the call is made with; empty for a call of nobody in particular. */
  readonly credential: string;
}

/** What a call holds of its ledgers until it has ended: permits, and what is reserved for its cost. */
export interface Holding {
  /** Aborts when the call must end: its permit may be another's by now, or what pays for it is used up. */
  readonly lost: AbortSignal;
  /** The call has ended and cost so many units. Once is enough, more does nothing. */
  end(units: number): void;
}

/** How a call ended, as far as its cost may depend on it. Bytes of bodies as they passed. */
export interface Ended {
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export type CacheOutcome = "" | "hit" | "miss" | "stale" | "revalidated" | "bypass";

export interface Call {
  /** 26 characters, sortable by time (ULID). */
  readonly id: string;
  readonly startedAt: number;
  /** The address as the caller wrote it. A policy that changes the request's leaves this one alone. */
  readonly url: URL;
  /** W3C trace context of this hop: the caller's trace id if it sent a valid one, and our span. */
  readonly traceparent: string;
  /** Address of the client as the platform reports it, or the empty string. */
  readonly clientAddress: string;
  readonly colo: string;
  readonly country: string;
  /** Greatest signal sequence seen when the call began: cached answers are kept with it. */
  readonly sequence: number;
  readonly match: Match;
  readonly style: Style;
  /** A CORS preflight: `match` is the route of the method that is asked for. */
  readonly preflight: boolean;
  principal: Principal | null;
  subscription: SubscriptionRecord | null;
  /** How the call could have authenticated, as challenges of `WWW-Authenticate`: left by authenticators that found nothing. */
  readonly challenges: string[];
  /** Collected by limiters, taken by the engine. */
  demands: LimitDemand[];
  readonly passage: Step[];
  refusal: { readonly problem: Problem; readonly step: Step | null } | null;
  cache: CacheOutcome;
  ungoverned: boolean;
  /** Time spent waiting for the upstream's response head, ms; 0 while none was called. */
  upstreamMs: number;
  /** Names, in lower case, of headers that end here: those of the connection, and those that a caller may not claim. */
  unforwarded: readonly string[];
  /** Names, in lower case, of headers whose credentials a policy has taken (policies/taken-headers). */
  taken: readonly string[];
  /** Reads of the registry that this call has under way, so that none is made twice. Never shared between calls. */
  readonly lookups: Map<string, Promise<unknown>>;
  /**
   * Set while an isolate that has not heard from the Beacon for long waits for it: resolves to whether what this call
   * stands on has moved. Nothing irreversible happens before it resolved. Null where the isolate is up to date.
   */
  moved: Promise<boolean> | null;
  /** Keys of the records that a call with `moved` has read so far. */
  readonly stoodOn: string[];
  /** Gives back what a call with `moved` took, if it is served anew. */
  readonly undo: (() => void)[];
  /** Bytes of the request's body as they passed, or as its length says. */
  requestBytes: number;
  /** Units that this call consumes of its plan, or that are reserved for it; 1 unless a policy says otherwise. */
  units: number;
  /** Set where the cost is known only when the call has ended: says it then, and before that what it is so far. */
  costOf: ((ended: Ended) => number) | null;
  /** How far its answer has come, where that may change its cost while it goes on; null before it begins. */
  soFar: Ended | null;
  readonly holdings: Holding[];
  waitUntil(work: Promise<unknown>): void;
}

/** Sets the principal, once: two authenticators that both decide are a fault of the configuration. */
export function authenticate(call: Call, principal: Principal): void {
  if (call.principal !== null) {
    throw new Error(`principal set twice: by ${call.principal.by}, then by ${principal.by}`);
  }
  call.principal = principal;
}
