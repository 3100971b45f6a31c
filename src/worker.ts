/**
 * @module The door: which surface answers a request. Host first, then path; it wires ports to adapters and decides nothing else.
 *
 * A plain function rather than an app, because all but a few requests are the gateway's: they pay for a few comparisons.
 */
import { drizzle } from "drizzle-orm/d1";
import type { Hono } from "hono";
import { ulid } from "ulid";
import { runDueEffects } from "./actions/effect.ts";
import type { Actor, Context } from "./actions/context.ts";
import { createAdmin, holderOf } from "./admin/index.ts";
import { createConsole } from "./console/index.tsx";
import { parseSettings, type Settings } from "./env.ts";
import { createGateway, type Gateway } from "./gateway/handle.ts";
import { bootstrap } from "./identity/index.ts";
import { runDistribution, runDueSchedules } from "./lifecycle/index.ts";
import { Problem } from "./model/problem.ts";
import { runFunding } from "./monetisation/index.ts";
import { sealer } from "./model/seal.ts";
import { createCourier } from "./objects/courier.ts";
import { createLedger } from "./objects/ledger.ts";
import { createTail } from "./objects/tail.ts";
import { contexts, worldOf } from "./platform/contexts.ts";
import { explanationPurpose, gatewayPorts, portalOrigin } from "./platform/gateway-ports.ts";
import { askLedger } from "./platform/ledgers.ts";
import { noticesPort } from "./platform/notices.ts";
import { registryDatabase } from "./platform/registry-database.ts";
import { totalsStore } from "./platform/usage-totals.ts";
import { rest } from "./protocols/rest/wire.ts";
import { createPortal } from "./portal/index.tsx";

const effects = { distribute: runDistribution, fund: runFunding };

export { Beacon } from "./objects/beacon.ts";
export class Ledger extends createLedger((env: Env) => ({
  totals: totalsStore(env.DB),
  notices: noticesPort(env.DB),
  ask: (ledger, ask) => askLedger(env, ledger, ask),
})) {}
export class Tail extends createTail((env: Env) => ({
  listen: (...asked) => env.BEACON.getByName("beacon").listen(...asked),
})) {}
export class Courier extends createCourier((env: Env) => ({ runDue: () => runDue(env) })) {}

/** Effects first: what a schedule does may rest on what was changed before. Answers when the next of either is due. */
async function runDue(env: Env): Promise<number | null> {
  const world = worldOf(env, effects);
  const next = await runDueEffects(world);
  const scheduled = await runDueSchedules(world, contexts(env, parseSettings({ ...env }), effects));
  return next === null || scheduled === null ? (next ?? scheduled) : Math.min(next, scheduled);
}

/** The workspace whose portal stands at PORTAL_HOST, and which the console opens for admins of all of them. */
const firstWorkspace = "default";

type Wait = (work: Promise<unknown>) => void;

/** What an isolate makes once, on its first request: global scope knows neither clock nor randomness. */
interface Surfaces {
  readonly settings: Settings;
  readonly gateway: Gateway;
  /** Console, portal and management API: made when first asked for. */
  readonly pages: () => Pages;
}

interface Pages extends Record<Exclude<Surface, "gateway">, Pick<Hono, "fetch">> {
  /** Makes sure that there is something to manage; waited for by the first requests only. */
  ready(): Promise<void>;
}

let surfaces: Surfaces | null = null;

function open(env: Env): Surfaces {
  const settings = parseSettings({ ...env });
  let pages: Pages | null = null;
  return {
    settings,
    gateway: createGateway(gatewayPorts(env, settings, registryDatabase(drizzle(env.DB)))),
    pages: () => (pages ??= openPages(env, settings)),
  };
}

function openPages(env: Env, settings: Settings): Pages {
  const { KEY_SECRET, SHARED_HOST, ADMIN_TOKEN } = settings;
  const contextOf = contexts(env, settings, effects);
  const directory = { db: drizzle(env.DB), now: () => Date.now() };
  const explanations = sealer(KEY_SECRET, explanationPurpose);
  /** Pages only ask, so nothing of theirs outlives the request. */
  const reading = (actor: Actor, workspace: string): Context =>
    contextOf({ actor, workspace, requestId: ulid(), waitUntil: () => undefined });
  let isReady = false;
  return {
    async ready() {
      if (isReady) return;
      const world = worldOf(env, effects);
      await bootstrap(world);
      // What an earlier isolate left owed. Without it the plane works, too: then the next change or cron has it picked up.
      await world.edge.wakeCourier().catch(() => console.error("courier could not be woken"));
      isReady = true;
    },
    admin: createAdmin({
      adminToken: ADMIN_TOKEN,
      directory,
      context: contextOf,
      explanations,
      portalOrigin: portalOrigin(settings),
      makeRequestId: () => ulid(),
    }),
    console: createConsole({
      basePath: SHARED_HOST ? "/console" : "",
      sessions: sealer(KEY_SECRET, "console-session"),
      explanations,
      actorOf: (hash) => holderOf(hash, { adminToken: ADMIN_TOKEN, directory }),
      context: async (_request, actor, workspace) => reading(actor, workspace),
      now: () => Date.now(),
    }),
    portal: createPortal({
      basePath: SHARED_HOST ? "/portal" : "",
      context: async () =>
        reading({ kind: "system", id: "portal", workspace: firstWorkspace, scopes: ["catalog:read"] }, firstWorkspace),
      gatewayOrigin(request, hosts) {
        const url = new URL(request.url);
        const [host = "*"] = hosts;
        if (host !== "*") url.hostname = host;
        return url.origin;
      },
    }),
  };
}

type Surface = "gateway" | "admin" | "console" | "portal";

/** Whose request it is (README "Where things are"). The management API answers on other hosts only where settings say so. */
function surfaceOf(url: URL, settings: Settings): Surface {
  const hostname = url.hostname.replace(/\.$/, "");
  const below = (base: string): boolean => url.pathname === base || url.pathname.startsWith(`${base}/`);
  if (settings.SHARED_HOST) {
    if (below("/manage/v1")) return "admin";
    if (below("/console")) return "console";
    return below("/portal") ? "portal" : "gateway";
  }
  if (hostname === settings.ADMIN_HOST) return below("/manage/v1") ? "admin" : "console";
  if (hostname === settings.PORTAL_HOST) return "portal";
  return settings.MANAGE_ON_GATEWAY && below("/manage/v1") ? "admin" : "gateway";
}

/** A service worker from a proxied path would see the requests of our pages on the same host. */
function isHostileWorker(request: Request, settings: Settings): boolean {
  return settings.SHARED_HOST && request.headers.get("service-worker") !== null;
}

/** The host stands in the address, so one that is no host leaves nothing to match. */
function unreadableHost(settings: Settings): Response {
  const problem = new Problem("request-malformed", {
    detail: "The Host cannot be read. Send one host, with its port.",
  });
  return rest.refuse(problem, { instance: "", portalOrigin: portalOrigin(settings) });
}

async function answer(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  surfaces ??= open(env);
  const { settings, gateway, pages } = surfaces;
  const url = URL.parse(request.url);
  if (url === null) return unreadableHost(settings);
  const surface = surfaceOf(url, settings);
  if (surface === "gateway") {
    if (isHostileWorker(request, settings)) return new Response(null, { status: 403 });
    const waitUntil: Wait = (work) => ctx.waitUntil(work);
    return gateway.handle(request, url, waitUntil);
  }
  const opened = pages();
  await opened.ready();
  return opened[surface].fetch(request, env, ctx);
}

export default {
  fetch: answer,
  /** Cron only re-arms the objects' alarms, in case a call to them was lost. */
  async scheduled(_event, env) {
    await env.COURIER.getByName("courier").wake();
  },
} satisfies ExportedHandler<Env>;
