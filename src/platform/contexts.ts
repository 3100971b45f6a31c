import { drizzle } from "drizzle-orm/d1";
import { ulid } from "ulid";
import type { Context, EffectRunners, World } from "../actions/context.ts";
import type { Settings } from "../env.ts";
import { sealer } from "../model/seal.ts";
import { kvEdge } from "./edge.ts";
import { randomKeys } from "./keys.ts";
import { ledgersOf } from "./ledgers.ts";
import { tailLogs } from "./logs.ts";
import { secretBoxOf } from "./secret-keys.ts";

/** Longest answer that is kept under an idempotency key, sealed: a row of D1 holds 2 MB. */
const answerCharactersMax = 1_900_000;

type Bindings = Pick<Env, "DB" | "REGISTRY" | "BEACON" | "COURIER" | "LEDGER" | "TAIL">;

/** What effects run in, without anybody acting: the Courier's and the first start's. */
export function worldOf(env: Bindings, effects: EffectRunners): World & Pick<Context, "makeId"> {
  return {
    db: drizzle(env.DB),
    edge: kvEdge(env),
    effects,
    now: () => Date.now(),
    makeId: (prefix) => `${prefix}_${ulid()}`,
  };
}

/** Makes the Context of each request. Made once an isolate. */
export function contexts(env: Bindings, settings: Settings, effects: EffectRunners) {
  const shared = {
    ...worldOf(env, effects),
    logs: tailLogs(env),
    ledgers: ledgersOf(env),
    keys: randomKeys(settings.KEY_SECRET),
    secrets: secretBoxOf(settings),
    answers: sealer(settings.KEY_SECRET, "idempotent-answer", answerCharactersMax),
    ownHosts: [settings.ADMIN_HOST, settings.PORTAL_HOST],
    privateUpstreams: settings.UPSTREAM_PRIVATE,
  };
  return (request: Pick<Context, "actor" | "workspace" | "requestId" | "waitUntil">): Context => ({
    ...shared,
    ...request,
  });
}
