/**
 * @module Problems: everything that can go wrong with a request, as one closed table (RFC 9457).
 *
 * A code says who owns the failure: `caller` can mend it by calling differently, `config` is the operator's, `upstream`
 * is the API's own, `platform` is ours. `detail` is written for the caller and says what to do; `cause` never leaves.
 * Problems are thrown anywhere and rendered in one place per dialect (protocols/…/wire.ts, admin).
 */

export type ProblemOwner = "caller" | "config" | "upstream" | "platform";

interface ProblemKind {
  readonly status: number;
  readonly owner: ProblemOwner;
  readonly title: string;
}

export const problems = {
  // What stands at the address
  "route-not-found": { status: 404, owner: "caller", title: "There is no operation at this path" },
  "method-not-allowed": { status: 405, owner: "caller", title: "This path does not take this method" },
  "version-unknown": { status: 404, owner: "caller", title: "This API has no such version" },
  "version-retired": { status: 410, owner: "caller", title: "This version has been retired" },
  "version-brownout": { status: 503, owner: "caller", title: "This version pauses, because it will end" },
  // Malformed requests
  "path-malformed": { status: 400, owner: "caller", title: "The path cannot be read safely" },
  "request-malformed": { status: 400, owner: "caller", title: "The request cannot be read" },
  "uri-too-long": { status: 414, owner: "caller", title: "The address is too long" },
  "headers-too-large": { status: 431, owner: "caller", title: "The headers are too large" },
  "body-too-large": { status: 413, owner: "caller", title: "The body is too large" },
  "loop-detected": { status: 508, owner: "config", title: "The call came back to where it began" },
  // Who calls
  "credential-missing": { status: 401, owner: "caller", title: "This call needs a credential" },
  "credential-invalid": { status: 401, owner: "caller", title: "The credential is not valid" },
  "credential-lookups-exceeded": { status: 429, owner: "caller", title: "Too many unknown credentials" },
  "address-not-allowed": { status: 403, owner: "caller", title: "Calls from this address are not allowed" },
  "application-suspended": { status: 403, owner: "caller", title: "The application is suspended" },
  "payment-overdue": { status: 402, owner: "caller", title: "A payment for this application is overdue" },
  "subscription-missing": { status: 403, owner: "caller", title: "The application has no subscription to this API" },
  // How much
  "quota-exceeded": { status: 429, owner: "caller", title: "A limit of the plan is reached" },
  "credit-exhausted": { status: 402, owner: "caller", title: "The prepaid credit is used up" },
  "limits-unavailable": { status: 503, owner: "platform", title: "The call could not be counted in time" },
  "permit-lost": { status: 503, owner: "platform", title: "The call lost its place among those in flight" },
  // The upstream
  "not-cached": { status: 504, owner: "caller", title: "No stored answer can be used" },
  "upstream-unreachable": { status: 502, owner: "upstream", title: "The API's server could not be reached" },
  "upstream-timeout": { status: 504, owner: "upstream", title: "The API's server did not answer in time" },
  "upstream-refused": { status: 502, owner: "config", title: "The upstream's address may not be called" },
  // The gateway itself
  "revision-unusable": { status: 503, owner: "config", title: "This version cannot be served at the moment" },
  "secret-unavailable": { status: 503, owner: "config", title: "The gateway lacks what it needs to call the API" },
  "registry-unavailable": { status: 503, owner: "platform", title: "The gateway cannot read its registry" },
  "internal-error": { status: 500, owner: "platform", title: "Something failed inside the gateway" },
  // The management API
  "input-invalid": { status: 400, owner: "caller", title: "The input is not valid" },
  "token-missing": { status: 401, owner: "caller", title: "This call needs an admin token" },
  "token-invalid": { status: 401, owner: "caller", title: "The admin token is not valid" },
  "scope-missing": { status: 403, owner: "caller", title: "The token does not allow this" },
  "resource-not-found": { status: 404, owner: "caller", title: "There is nothing at this address" },
  "already-exists": { status: 409, owner: "caller", title: "The name is taken" },
  "state-conflict": { status: 409, owner: "caller", title: "The state does not allow this" },
  "has-dependents": { status: 409, owner: "caller", title: "Something still depends on this" },
  "version-in-use": { status: 409, owner: "caller", title: "Applications still call this version" },
  "plan-outdated": { status: 409, owner: "caller", title: "The state has moved since the plan was made" },
  "version-conflict": { status: 412, owner: "caller", title: "Somebody else changed this first" },
  "precondition-required": { status: 428, owner: "caller", title: "Say which edition you saw" },
  "media-type-unsupported": { status: 415, owner: "caller", title: "The media type is not supported" },
  "idempotency-key-reused": { status: 422, owner: "caller", title: "The idempotency key stands for another request" },
  "document-invalid": { status: 422, owner: "caller", title: "The document cannot be taken" },
  "revision-invalid": { status: 422, owner: "caller", title: "The revision does not compile" },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

/** Something that stands in the way, with the place where it stands. `pointer` is an RFC 6901 JSON pointer. */
export interface Finding {
  readonly pointer: string;
  readonly message: string;
  readonly severity: "error" | "warning";
}

export interface ProblemOptions {
  /** Problem of this very call, safe for the caller: what happened, then what to do. */
  readonly detail: string;
  /** For the log only. */
  readonly cause?: unknown;
  /** Extra response headers, such as `WWW-Authenticate`, `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Extension members of the body (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown to refuse. `instanceof Problem` is the whole test: anything else thrown is an `internal-error`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly owner: ProblemOwner;
  readonly title: string;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, options: ProblemOptions) {
    super(`${code}: ${options.detail}`, { cause: options.cause });
    const kind = problems[code];
    this.name = "Problem";
    this.code = code;
    this.status = kind.status;
    this.owner = kind.owner;
    this.title = kind.title;
    this.detail = options.detail;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }

  /** What was thrown, as a Problem. The text of a foreign error goes to `cause`, never to the caller. */
  static from(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    return new Problem("internal-error", {
      detail: "The call failed inside the gateway. Try again; if it stays, quote the instance to the API's operator.",
      cause: thrown,
    });
  }
}

/** The draft's problem type for refusals by a limit (draft-ietf-httpapi-ratelimit-headers-10). */
const quotaExceededType = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/** `type` of a problem: a page in the portal that explains it, or the registered type where there is one. */
export function problemType(code: ProblemCode, portalOrigin: string): string {
  return code === "quota-exceeded" ? quotaExceededType : `${portalOrigin}/problems/${code}`;
}

/** The body of `application/problem+json`. Member order is the order in which people read it. */
export function problemBody(problem: Problem, portalOrigin: string, instance: string): Record<string, unknown> {
  return {
    type: problemType(problem.code, portalOrigin),
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    instance,
    ...problem.members,
  };
}
