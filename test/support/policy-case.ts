/**
 * @module The cases that every policy must stand (architecture §10): refuses a wrong config; passes a good call with the
 * bodies streamed untouched; refuses with the right code and headers; what outer policies see; its service failing.
 *
 * Policies run in the real engine (gateway/compose). Only what stands outside of them is made up: records, the upstream
 * and the rendering of problems.
 */
import { describe, expect, it } from "vitest";
import { compose, type Placed } from "../../src/gateway/compose.ts";
import type { Call, Match } from "../../src/model/call.ts";
import { PolicyEntry } from "../../src/model/policy-entry.ts";
import { Problem, type ProblemCode } from "../../src/model/problem.ts";
import type { ApplicationRecord, CredentialRecord, PlanRecord } from "../../src/model/records.ts";
import type { Handler, PolicyDefinition } from "../../src/policies/policy.ts";
import type { CacheStore, Services } from "../../src/policies/services.ts";

export const match: Match = {
  workspace: "ws_1",
  environment: "env_1",
  api: { id: "api_1", slug: "books", name: "Books" },
  products: ["prod_1"],
  version: { id: "ver_1", name: "v1", state: "published" },
  revision: "rev_1",
  operation: "list-books",
  route: "GET /books",
  parameters: {},
  path: "/books",
};

export type CallOptions = Partial<Omit<Call, "match">> & { readonly match?: Partial<Match> };

/** A call that has just been matched. Its `waitUntil` work is awaited by {@link settled}. */
export function callOf({ match: matched, ...options }: CallOptions = {}): Call {
  const work: Promise<unknown>[] = [];
  const call: Call = {
    id: "01JD0000000000000000000000",
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
    passage: [],
    refusal: null,
    cache: "",
    ungoverned: false,
    upstreamMs: 0,
    lookups: new Map(),
    moved: null,
    units: 1,
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
  subscriptions: [{ id: "sub_1", product: "prod_1", plan: "plan_1" }],
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
}

export function servicesOf(records: Records = {}, parts: Partial<Services> = {}): Services {
  return {
    directory: {
      credential: async (key) => records.keys?.[key] ?? null,
      application: async (id) => (records.applications ?? [application]).find((one) => one.id === id) ?? null,
      plan: async (id) => records.plans?.find((one) => one.id === id) ?? null,
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
  { directory: { credential: unavailable, application: unavailable, plan: unavailable } },
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
      uses.get(call)?.seen.push(request);
      return (uses.get(call)?.upstream ?? hello)(request, call);
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

export interface PolicyCase {
  readonly definition: PolicyDefinition;
  /** Configs that must be refused, each with a word of the reason. */
  readonly wrong: readonly { readonly config: unknown; readonly because: RegExp }[];
  /** A config and call that pass. */
  readonly passes: Omit<Attempt, "name">;
  readonly refuses: readonly (Attempt & { readonly code: ProblemCode; readonly headers?: Record<string, RegExp> })[];
  /** What the caller gets while the policy's services fail: a refusal, or null if the call passes. None: it uses none. */
  readonly failing?: readonly (Attempt & { readonly code: ProblemCode | null })[];
}

export interface Attempt {
  readonly name: string;
  readonly config?: unknown;
  readonly request?: () => Request;
  readonly call?: CallOptions;
  readonly services?: Services;
}

export function policyCases({ definition, wrong, passes, refuses, failing = [] }: PolicyCase): void {
  const { type } = definition;
  const attempt = ({ config = {}, request, call, services }: Omit<Attempt, "name">, outer: Run["policies"] = []) =>
    run({
      policies: [...outer, { type, config }],
      ...(request === undefined ? {} : { request: request() }),
      call: callOf(call),
      ...(services === undefined ? {} : { services }),
    });

  describe(`${type}: the common cases`, () => {
    it.each(wrong)("refuses the config $config", ({ config, because }) => {
      const result = definition.config.safeParse(config);
      expect(result.success).toBe(false);
      expect(JSON.stringify(result.error?.issues)).toMatch(because);
    });

    it("refuses fields that it does not know", () => {
      const config = { ...(passes.config as object | undefined), surprise: 1 };
      expect(definition.config.safeParse(config).success).toBe(false);
    });

    it("passes a good call with both bodies streamed untouched", () => streams({ definition, passes }));

    it.each(refuses)("refuses $name", async ({ code, headers = {}, ...rest }) => {
      const { response, seen, call } = await attempt(rest);
      expect(await codeOf(response)).toBe(code);
      expect(call.refusal?.problem.code).toBe(code);
      expect(call.refusal?.step?.type).toBe(type);
      expect(seen).toHaveLength(0);
      for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toMatch(value);
    });

    it.each(refuses)("lets outer policies mark the refusal of $name", async (one) => {
      const { response } = await attempt(one, [
        { type: "response-headers", config: { set: { "x-outer": "was here" } } },
      ]);
      expect(response.headers.get("x-outer")).toBe("was here");
      expect(await codeOf(response)).toBe(one.code);
    });

    it.each(failing)("with its services failing: $name", async ({ code, services = failingServices, ...rest }) => {
      const { response, seen } = await attempt({ ...rest, services });
      expect(seen).toHaveLength(code === null ? 1 : 0);
      if (code !== null) expect(await codeOf(response)).toBe(code);
    });
  });
}

/** Each chunk must come out before the next one goes in, in both directions, byte for byte. */
async function streams({ definition, passes }: Pick<PolicyCase, "definition" | "passes">): Promise<void> {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  const [sending, answering] = [up.writable.getWriter(), down.writable.getWriter()];
  const template = passes.request?.() ?? new Request("https://api.example/books");
  const request = new Request(template, { method: "POST", body: up.readable });
  const received = Promise.withResolvers<ReadableStreamDefaultReader<Uint8Array>>();
  const { response } = await run({
    policies: [{ type: definition.type, config: passes.config }],
    request,
    call: callOf(passes.call),
    ...(passes.services === undefined ? {} : { services: passes.services }),
    upstream: async ({ body }) => {
      received.resolve((body as ReadableStream<Uint8Array>).getReader());
      return new Response(down.readable, { headers: { "content-type": "application/octet-stream" } });
    },
  });
  const receiving = await received.promise;
  const reading = (response.body as ReadableStream<Uint8Array>).getReader();
  for (const chunk of [new Uint8Array([0, 1, 255]), new Uint8Array([254, 0])]) {
    void sending.write(chunk.slice());
    expect((await receiving.read()).value).toEqual(chunk);
    void answering.write(chunk.slice());
    expect((await reading.read()).value).toEqual(chunk);
  }
  void sending.close();
  void answering.close();
  expect((await receiving.read()).done).toBe(true);
  expect((await reading.read()).done).toBe(true);
  expect(response.status).toBe(200);
}
