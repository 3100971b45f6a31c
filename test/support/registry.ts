import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { ulid } from "ulid";
import { environmentHosts, environments, workspaces } from "../../schema/workspaces.ts";
import type { Actor, Context, Edge } from "../../src/actions/context.ts";
import { stamp } from "../../src/actions/revise.ts";
import type { Judgement } from "../../src/model/ledger/messages.ts";
import type { Root } from "../../src/model/program.ts";
import { sealer } from "../../src/model/seal.ts";
import { secretBox } from "../../src/model/secret.ts";
import type { Signal } from "../../src/model/signal.ts";
import { randomKeys } from "../../src/platform/keys.ts";
import { ledgersOf } from "../../src/platform/ledgers.ts";
import { tailLogs } from "../../src/platform/logs.ts";
import { runDistribution } from "../../src/lifecycle/distribute.ts";
import { runFunding } from "../../src/monetisation/fund-grants.ts";

/** What a test sees of the edge: everything that was put, and every announcement in order. */
export interface RecordedEdge extends Edge {
  readonly puts: Map<string, unknown>;
  readonly announced: { readonly root: Root; readonly signals: readonly Signal[] }[];
  readonly judged: { readonly ledger: string; readonly judgement: Judgement }[];
  woken: number;
  /** While set, announcing fails: the outbox must keep what is owed. */
  broken: boolean;
}

export function recordedEdge(): RecordedEdge {
  const puts = new Map<string, unknown>();
  const edge: RecordedEdge = {
    puts,
    announced: [],
    judged: [],
    woken: 0,
    broken: false,
    putProgram: async (hash, program) => void puts.set(`program:${hash}`, program),
    putBucket: async (hash, bucket) => void puts.set(`bucket:${hash}`, bucket),
    putRecord: async (kind, id, record) =>
      void (record === null ? puts.delete(`${kind}:${id}`) : puts.set(`${kind}:${id}`, record)),
    announce: async (root, signals) => {
      if (edge.broken) throw new Error("the edge cannot be reached");
      edge.announced.push({ root, signals });
    },
    judge: async (ledger, judgement) => void edge.judged.push({ ledger, judgement }),
    fund: async (ledger, funding) => env.LEDGER.getByName(ledger).fund(funding),
    wakeCourier: async () => void (edge.woken += 1),
  };
  return edge;
}

export interface Registry extends Context {
  readonly edge: RecordedEdge;
  readonly environment: string;
  readonly host: string;
  /** The same registry for somebody else: by default nobody with any right. */
  as(actor: Partial<Actor>, workspace?: string): Registry;
}

/** A key that still opens, and seals nothing any more. */
export const formerKey = { id: "former", secret: "a key that sealed the secrets of tests" };

let count = 0;

/** A fresh workspace with the environment `production` at a host of its own, over real D1, for an all-powerful actor. */
export async function registry(): Promise<Registry> {
  const db = drizzle(env.DB);
  const workspace = `test-${(count += 1)}-${ulid().slice(-6).toLowerCase()}`;
  const environment = `env_${ulid()}`;
  const host = `${workspace}.test`;
  await db.insert(workspaces).values({ id: workspace, name: workspace, ...stamp(1) });
  await db
    .insert(workspaces)
    .values({ id: "platform", name: "Platform", ...stamp(1) })
    .onConflictDoNothing();
  await db
    .insert(environments)
    .values({ id: environment, workspace, slug: "production", name: "Production", ...stamp(1) });
  await db.insert(environmentHosts).values({ host, workspace, environment });
  const base = {
    db,
    edge: recordedEdge(),
    keys: randomKeys(env.KEY_SECRET),
    logs: tailLogs(env),
    ledgers: ledgersOf(env),
    answers: sealer(env.KEY_SECRET, "idempotent-answer", 1_900_000),
    secrets: secretBox([{ id: "test", secret: "a key that seals the secrets of tests" }, formerKey]),
    effects: { distribute: runDistribution, fund: runFunding },
    actor: { kind: "token", id: "tok_test", workspace: null, scopes: ["*"] } satisfies Actor,
    workspace,
    environment,
    host,
    requestId: "req_test",
    ownHosts: ["console.localhost", "portal.localhost"],
    privateUpstreams: [],
    now: () => Date.now(),
    makeId: (prefix: string) => `${prefix}_${ulid()}`,
    waitUntil: (work: Promise<unknown>) => void work,
  };
  const withAs = (context: Omit<Registry, "as">): Registry => ({
    ...context,
    as: (actor, other = context.workspace) =>
      withAs({
        ...context,
        workspace: other,
        actor: { kind: "token", id: "tok_other", workspace: context.workspace, scopes: [], ...actor },
      }),
  });
  return withAs(base);
}
