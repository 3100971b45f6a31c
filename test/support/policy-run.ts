/**
 * @module Runs calls through policies of the catalogue in the real engine (gateway/compose). Only what stands outside of the
 * policies is made up: the call's circumstances, records, the upstream and the rendering of problems.
 */
import { compose, type Placed } from "../../src/gateway/compose.ts";
import type { Call, Match } from "../../src/model/call.ts";
import { PolicyEntry } from "../../src/model/policy-entry.ts";
import { Problem, type ProblemCode } from "../../src/model/problem.ts";
import type { ApplicationRecord, CredentialRecord, PlanRecord } from "../../src/model/records.ts";
import type { Handler } from "../../src/policies/policy.ts";
import type { CacheStore, Services } from "../../src/policies/services.ts";
import { onwardHeaders } from "../../src/policies/taken-headers.ts";

export const match: Match = {
  workspace: "ws_1",
  environment: "env_1",
  api: { id: "api_1", slug: "books", name: "Books" },
  products: ["prod_1"],
  targets: [{ url: "https://books.test", weight: 1 }],
  version: { id: "ver_1", name: "v1", state: "published" },
  revision: "rev_1",
  operation: "list-books",
  route: "GET /books",
  parameters: {},
  base: "/shop/v1",
  path: "/books",
};

export type CallOptions = Partial<Omit<Call, "match">> & { readonly match?: Partial<Match> };

/** A call that has just been matched. Its `waitUntil` work is awaited by {@link settled}. */
export function callOf({ match: matched, ...options }: CallOptions = {}): Call {
  const work: Promise<unknown>[] = [];
  const call: Call = {
    id: "01JD0000000000000000000000",
    url: new URL("https://api.test/books"),
    startedAt: Date.now(),
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    clientAddress: "203.0.113.7",
    colo: "AMS",
    country: "NL",
    sequence: 1,
    style: "rest",
    match: { ...match, ...matched },
    preflight: false,
    principal: null,
    subscription: null,
    demands: [],
    challenges: [],
    unforwarded: [],
    taken: [],
    stoodOn: [],
    undo: [],
    requestBytes: 0,
    passage: [],
    refusal: null,
    cache: "",
    ungoverned: false,
    upstreamMs: 0,
    lookups: new Map(),
    moved: null,
    units: 1,
    costOf: null,
    soFar: null,
    holdings: [],
    waitUntil: (promise) => void work.push(promise),
    ...options,
  };
  pending.set(call, work);
  return call;
}

const pending = new WeakMap<Call, Promise<unknown>[]>();

/** Waits for what the call left running behind its response. */
export async function settled(call: Call): Promise<void> {
  await Promise.all(pending.get(call) ?? []);
}

export const application: ApplicationRecord = {
  sequence: 1,
  id: "app_1",
  workspace: "ws_1",
  organization: "org_1",
  suspended: false,
  unpaid: false,
  subscriptions: [{ id: "sub_1", product: "prod_1", plan: "plan_1", edition: 1, since: 0, overrides: [] }],
};

export const credential: CredentialRecord = {
  sequence: 1,
  id: "cred_1",
  workspace: "ws_1",
  environment: "env_1",
  application: "app_1",
  expiresAt: null,
  revoked: false,
};

export const principal = {
  by: "require-key",
  workspace: "ws_1",
  organization: "org_1",
  application: "app_1",
  credential: "cred_1",
} as const;

export interface Records {
  readonly keys?: Readonly<Record<string, CredentialRecord>>;
  readonly applications?: readonly ApplicationRecord[];
  readonly plans?: readonly PlanRecord[];
  /** Values by name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export function servicesOf(records: Records = {}, parts: Partial<Services> = {}): Services {
  return {
    directory: {
      credential: async (key) => records.keys?.[key] ?? null,
      application: async (id) => (records.applications ?? [application]).find((one) => one.id === id) ?? null,
      plan: async (id) => records.plans?.find((one) => one.id === id) ?? null,
      secret: async (name) => {
        const value = records.secrets?.[name];
        if (value === undefined) throw new Problem("secret-unavailable", { detail: "There is none." });
        return value;
      },
    },
    cache: emptyCache,
    purges: () => [],
    now: () => Date.now(),
    ...parts,
  };
}

/** A store that has failed: it answers null and loses what it is given. */
export const emptyCache: CacheStore = {
  get: async () => null,
  put: async () => undefined,
  delete: async () => undefined,
};

const unavailable = async (): Promise<never> => {
  throw new Problem("registry-unavailable", { detail: "The registry cannot be read at the moment. Try again." });
};

/** Services of which nobody can tell anything. */
export const failingServices: Services = servicesOf(
  {},
  { directory: { credential: unavailable, application: unavailable, plan: unavailable, secret: unavailable } },
);

export interface Run {
  readonly policies: readonly {
    readonly type: string;
    readonly config?: unknown;
    readonly mode?: "enforce" | "shadow";
  }[];
  readonly request?: Request;
  readonly call?: Call;
  readonly services?: Services;
  readonly upstream?: Handler;
}

export interface Ran {
  readonly response: Response;
  readonly call: Call;
  /** Requests that reached the upstream. */
  readonly seen: readonly Request[];
}

/** Runs one call through policies of the catalogue, in list order, by the real engine. */
export async function run({ policies, ...rest }: Run): Promise<Ran> {
  const handler = pipeline({ policies, ...(rest.services === undefined ? {} : { services: rest.services }) });
  return handler(rest.request ?? new Request("https://api.example/books"), rest.call ?? callOf(), rest.upstream);
}

/** The same, composed once for several calls, as an isolate does. */
export function pipeline({ policies, services = servicesOf() }: Pick<Run, "policies" | "services">) {
  const uses = new WeakMap<Call, { readonly upstream: Handler; readonly seen: Request[] }>();
  const placed: Placed[] = policies.map(({ type, config = {}, mode = "enforce" }, index) => ({
    entry: PolicyEntry.parse({ id: `${type}-${index}`, type, config, mode }),
    origin: "revision",
    owner: "ver_1",
    revision: 7,
  }));
  const handler = compose(
    placed,
    { services, admit: async (request, call, next) => next(request, call), refuse: render },
    async (request, call) => {
      const onward = new Request(request, { headers: onwardHeaders(request.headers, call) });
      uses.get(call)?.seen.push(onward);
      return (uses.get(call)?.upstream ?? hello)(onward, call);
    },
  );
  return async (request: Request, call: Call = callOf(), upstream: Handler = hello): Promise<Ran> => {
    const seen: Request[] = [];
    uses.set(call, { upstream, seen });
    const response = await handler(request, call);
    return { response, call, seen };
  };
}

const hello: Handler = async () => new Response("hello", { headers: { "x-upstream": "yes" } });

async function render(problem: Problem): Promise<Response> {
  return Response.json(
    { code: problem.code, detail: problem.detail, ...problem.members },
    { status: problem.status, headers: problem.headers },
  );
}

/** The code of a refusal as the caller reads it. */
export async function codeOf(response: Response): Promise<ProblemCode> {
  return (await response.json<{ code: ProblemCode }>()).code;
}
