/**
 * @module A gateway over a registry that the test writes down: real ledger objects, a scripted upstream, a clock in hand.
 */
import { env } from "cloudflare:workers";
import { ulid } from "ulid";
import { createGateway } from "../../src/gateway/handle.ts";
import type { GatewayPorts } from "../../src/gateway/ports.ts";
import { hashSecret, importKeySecret, makeKey } from "../../src/model/credential.ts";
import { notDeprecated, type Deprecation } from "../../src/model/deprecation.ts";
import type { PlanLimits } from "../../src/model/limit.ts";
import type { LogLine } from "../../src/model/log-line.ts";
import { PolicyEntry } from "../../src/model/policy-entry.ts";
import type { PolicySets } from "../../src/model/policy-set.ts";
import {
  bucketIndex,
  firstSegment,
  type Bucket,
  type BucketApi,
  type Program,
  type Root,
} from "../../src/model/program.ts";
import type { Problem } from "../../src/model/problem.ts";
import { recordKey, type RecordKind, type RecordTypes } from "../../src/model/records.ts";
import { sealer } from "../../src/model/seal.ts";
import { secretBox } from "../../src/model/secret.ts";
import type { Signal } from "../../src/model/signal.ts";
import { UpstreamSettings } from "../../src/model/upstream.ts";
import type { Usage } from "../../src/model/usage.ts";

const keySecret = "test-key-secret-0123456789abcdef";

export interface ApiSpec {
  readonly host?: string;
  readonly prefix?: string;
  readonly selector?: BucketApi["selector"];
  readonly defaultVersion?: string | null;
  readonly fallback?: BucketApi["fallback"];
  readonly isPublic?: boolean;
  readonly products?: readonly string[];
  readonly routes?: readonly (readonly [method: string, path: string])[];
  readonly policies?: readonly Partial<PolicyEntry>[];
  readonly versions?: readonly {
    readonly name: string;
    readonly state: "published" | "deprecated" | "retired";
    readonly successor?: string;
    readonly deprecation?: Partial<Deprecation>;
    readonly canary?: BucketApi["versions"][number]["canary"];
  }[];
  readonly target?: string;
  readonly timeouts?: Partial<UpstreamSettings["timeouts"]>;
}

export interface TestGateway {
  call(url: string, init?: RequestInit): Promise<Response>;
  /** Puts an API in place of whatever was there and moves the root on. */
  publish(api?: ApiSpec): void;
  /** Keeps a revision with these policies; its hash. */
  keepRevision(hash: string, policies: readonly Partial<PolicyEntry>[]): string;
  /** Sets the policy list of the platform or the workspace. */
  setPolicies(scope: "global" | "workspace", policies: readonly Partial<PolicyEntry>[]): void;
  /** Sets the policies of a set of the workspace. */
  setPolicySet(slug: string, policies: readonly Partial<PolicyEntry>[]): void;
  key(plan?: PlanLimits, changes?: Partial<RecordTypes["key"]>): Promise<string>;
  /** Changes a record in the database; KV goes on showing the one before. */
  putRecord<Kind extends RecordKind>(kind: Kind, id: string, record: RecordTypes[Kind]): void;
  announce(signal: Signal): void;
  /** The upstream's answer to each request that reaches it. */
  upstream: (request: Request) => Promise<Response> | Response;
  readonly seen: Request[];
  readonly usage: Usage[];
  /** Workspaces that the Beacon says are watched. */
  tailed: readonly string[];
  /** What the workspace's tail was told. */
  readonly reported: { readonly lines: readonly LogLine[]; readonly skipped: number }[];
  readonly problems: Problem[];
  /** Round trips since the last `forget`, by name. */
  readonly trips: string[];
  /** Moves the gateway's clock on. */
  advance(ms: number): void;
  beaconDown: boolean;
  kvDown: boolean;
  recordsDown: boolean;
  /** Time that the Beacon takes to answer. */
  beaconMs: number;
  /** Waits for all background work that calls have left behind. */
  settle(): Promise<void>;
  readonly keyHash: (key: string) => Promise<string>;
  readonly ids: Readonly<Record<"workspace" | "environment" | "application" | "plan", string>>;
}

export function testGateway(changes: Partial<GatewayPorts> = {}): TestGateway {
  const suffix = ulid();
  const ids = {
    workspace: `ws_${suffix}`,
    environment: `env_${suffix}`,
    application: `app_${suffix}`,
    plan: `plan_${suffix}`,
  };
  const programs = new Map<string, Program>();
  const buckets = new Map<string, Bucket>();
  const records = new Map<string, RecordTypes[RecordKind]>();
  const staleInKv = new Map<string, RecordTypes[RecordKind]>();
  const signals: Signal[] = [];
  const background = new Set<Promise<unknown>>();
  let sequence = 0;
  let ahead = 0;
  let root: Root = { format: 1, sequence: 0, global: "", buckets: {} };
  const lists: Record<"global" | "workspace", PolicyEntry[]> = { global: [], workspace: [] };
  let sets: PolicySets = {};

  const test: TestGateway = {
    upstream: () => new Response("from upstream"),
    seen: [],
    usage: [],
    tailed: [],
    reported: [],
    problems: [],
    trips: [],
    advance: (ms) => void (ahead += ms),
    beaconDown: false,
    kvDown: false,
    recordsDown: false,
    beaconMs: 0,
    ids,
    keyHash: hashSecret,
    publish,
    keepRevision(hash, policies) {
      const program = programs.get([...programs.keys()].findLast((key) => key.startsWith("program")) ?? "");
      if (program?.kind !== "revision") throw new Error("publish something first");
      const entries = policies.map((entry) => PolicyEntry.parse(entry));
      programs.set(hash, { ...program, revision: hash, policies: entries });
      return hash;
    },
    setPolicies(scope, policies) {
      lists[scope] = policies.map((entry) => PolicyEntry.parse(entry));
      moveRoot(root.buckets);
    },
    setPolicySet(slug, policies) {
      sets = { ...sets, [slug]: policies.map((entry) => PolicyEntry.parse(entry)) };
      moveRoot(root.buckets);
    },
    async key(plan, changes = {}) {
      const application = changes.application ?? ids.application;
      const key = await makeKey(crypto.getRandomValues(new Uint8Array(32)), await importKeySecret(keySecret));
      const hash = await hashSecret(key);
      records.set(recordKey("key", hash), {
        sequence,
        id: `key_${ulid()}`,
        workspace: ids.workspace,
        environment: ids.environment,
        application,
        expiresAt: null,
        revoked: false,
        ...changes,
      });
      const subscriptions =
        plan === undefined
          ? []
          : [{ id: "sub_1", product: "prod_1", plan: `plan_${suffix}`, edition: 1, since: 0, overrides: [] }];
      records.set(recordKey("application", application), {
        sequence,
        id: application,
        workspace: ids.workspace,
        organization: "org_1",
        suspended: false,
        unpaid: false,
        subscriptions,
      });
      if (plan !== undefined) {
        records.set(recordKey("plan", `plan_${suffix}`), {
          sequence,
          id: `plan_${suffix}`,
          workspace: ids.workspace,
          slug: "plan",
          limits: plan,
        });
      }
      return key;
    },
    putRecord(kind, id, record) {
      const key = recordKey(kind, id);
      const before = records.get(key);
      if (before !== undefined) staleInKv.set(key, before);
      records.set(key, record);
    },
    announce: (signal) => void signals.push(signal),
    async settle() {
      while (background.size > 0) await Promise.all(background);
    },
    async call(url, init) {
      return gateway.handle(new Request(url, init), new URL(url), (work) => {
        const tracked = work.catch(() => undefined).finally(() => background.delete(tracked));
        background.add(tracked);
      });
    },
  };

  function moveRoot(bucketHashes: Record<string, string>): void {
    sequence += 1;
    programs.set(`ws${sequence}`, {
      format: 1,
      kind: "workspace",
      workspace: ids.workspace,
      policies: lists.workspace,
      sets,
      sequence,
    });
    const isShared = lists.workspace.length > 0 || Object.keys(sets).length > 0;
    const workspaces = !isShared ? {} : { [ids.workspace]: `ws${sequence}` };
    programs.set(`global${sequence}`, { format: 1, kind: "global", policies: lists.global, workspaces, sequence });
    root = { format: 1, sequence, global: `global${sequence}`, buckets: bucketHashes };
  }

  function publish(spec: ApiSpec = {}): void {
    const host = spec.host ?? "api.test";
    const prefix = spec.prefix ?? "/shop";
    const routes = spec.routes ?? [
      ["GET", "/books"],
      ["GET", "/books/{isbn}"],
      ["POST", "/orders"],
    ];
    const program = `program${sequence + 1}`;
    programs.set(program, {
      format: 1,
      kind: "revision",
      workspace: ids.workspace,
      api: "api_1",
      version: "ver_1",
      revision: program,
      style: "rest",
      routes: routes.map(([method, path]) => ({ operation: `${method} ${path}`, method, path })),
      policies: (spec.policies ?? []).map((entry) => PolicyEntry.parse(entry)),
      upstream: UpstreamSettings.parse({ timeouts: spec.timeouts ?? {} }),
    });
    const api: BucketApi = {
      host,
      prefix,
      workspace: ids.workspace,
      environment: ids.environment,
      api: { id: "api_1", slug: "shop", name: "Shop" },
      style: "rest",
      selector: spec.selector ?? { in: "path" },
      defaultVersion: spec.defaultVersion ?? null,
      fallback: spec.fallback ?? "refuse",
      isPublic: spec.isPublic ?? true,
      products: [...(spec.products ?? [])],
      versions: (spec.versions ?? [{ name: "v1", state: "published" as const }]).map((version, index) => ({
        id: `ver_${index + 1}`,
        name: version.name,
        state: version.state,
        program,
        targets: [{ url: spec.target ?? "https://upstream.test/base", weight: 1 }],
        successor: version.successor ?? null,
        ...notDeprecated,
        ...version.deprecation,
        canary: version.canary ?? null,
        sequence: sequence + 1,
      })),
    };
    const bucket = `bucket${sequence + 1}`;
    buckets.set(bucket, { format: 1, apis: [api] });
    moveRoot({ ...root.buckets, [String(bucketIndex(host, firstSegment(prefix)))]: bucket });
  }

  const ports: GatewayPorts = {
    source: {
      async root() {
        test.trips.push("root");
        if (test.kvDown) throw new Error("KV is down");
        return root;
      },
      async bucket(hash) {
        test.trips.push("bucket");
        if (test.kvDown) throw new Error("KV is down");
        return buckets.get(hash) ?? null;
      },
      async program(hash) {
        test.trips.push("program");
        if (test.kvDown) throw new Error("KV is down");
        return programs.get(hash) ?? null;
      },
      async record(kind, id, floor) {
        test.trips.push(kind);
        if (test.recordsDown) throw new Error("records are down");
        const key = recordKey(kind, id);
        // KV shows what was there first for as long as nobody asks for newer.
        const stale = staleInKv.get(key);
        const found = stale !== undefined && stale.sequence >= floor ? stale : records.get(key);
        return (found as RecordTypes[typeof kind] | undefined) ?? null;
      },
    },
    beacon: {
      async since(question) {
        test.trips.push("beacon");
        if (test.beaconDown) throw new Error("beacon is down");
        if (test.beaconMs > 0) await scheduler.wait(test.beaconMs);
        return {
          root: root.sequence > question.root ? root : null,
          signals: signals.slice(question.cursor),
          cursor: signals.length,
          reset: false,
          tailed: test.tailed,
        };
      },
    },
    ledger: {
      async ask(ledger, ask) {
        test.trips.push("ledger");
        return env.LEDGER.getByName(ledger).ask(ask);
      },
      async peek(ledger) {
        test.trips.push("peek");
        return env.LEDGER.getByName(ledger).peek();
      },
    },
    cache: { get: async () => null, put: async () => undefined, delete: async () => undefined },
    keySecret,
    explanations: sealer(keySecret, "explanation"),
    secrets: secretBox([{ id: "test", secret: keySecret }]),
    settings: {
      portalOrigin: "https://portal.test",
      cdnId: "portal.test",
      ownHosts: ["portal.test", "console.test"],
      privateUpstreams: [],
      sharedHost: false,
    },
    async report(_workspace, lines, skipped) {
      test.trips.push("tail");
      test.reported.push({ lines, skipped });
    },
    point: (usage) => void test.usage.push(usage),
    mayLookUp: async () => true,
    async fetch(url, init) {
      const request = new Request(url, init);
      test.seen.push(request);
      return test.upstream(request);
    },
    now: () => Date.now() + ahead,
    wait: (ms) => scheduler.wait(ms),
    makeId: () => ulid(),
    log: (problem) => void test.problems.push(problem),
    ...changes,
  };
  const gateway = createGateway(ports);
  return test;
}
