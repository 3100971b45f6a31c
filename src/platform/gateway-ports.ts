/** @module The gateway's ports over this Worker's bindings. Made once an isolate. */
import { makeCallId } from "./call-ids.ts";
import type { Settings } from "../env.ts";
import type { GatewayPorts, GatewaySettings } from "../gateway/ports.ts";
import { sealer } from "../model/seal.ts";
import { secretBoxOf } from "./secret-keys.ts";
import { kvCacheStore } from "./kv-cache-store.ts";
import { tailName } from "./logs.ts";
import { registrySource, type RegistryDatabase } from "./registry-source.ts";
import { pointOf } from "./usage-points.ts";

/** What explanations are sealed for; whoever opens them makes the same sealer. */
export const explanationPurpose = "explanation";

export function gatewayPorts(env: Env, settings: Settings, database: RegistryDatabase): GatewayPorts {
  return {
    source: registrySource(env.REGISTRY, database),
    // A stub that has seen an error may be broken, so each question takes a new one.
    beacon: { since: (question) => env.BEACON.getByName("beacon").since(question) },
    ledger: {
      ask: (ledger, ask) => env.LEDGER.getByName(ledger).ask(ask),
      peek: (ledger) => env.LEDGER.getByName(ledger).peek(),
    },
    cache: kvCacheStore(env.RESPONSES),
    keySecret: settings.KEY_SECRET,
    explanations: sealer(settings.KEY_SECRET, explanationPurpose),
    secrets: secretBoxOf(settings),
    settings: gatewaySettings(settings),
    point: (usage) => env.USAGE.writeDataPoint(pointOf(usage)),
    report: (workspace, lines, skipped) => env.TAIL.getByName(tailName(workspace)).report(lines, skipped),
    mayLookUp: async (client) => (await env.KEY_LOOKUPS.limit({ key: client })).success,
    fetch: (url, init) => fetch(url, init),
    now: () => Date.now(),
    wait: (ms) => scheduler.wait(ms),
    makeId: makeCallId,
    log(problem, callId) {
      const { cause, detail } = problem;
      const why = cause instanceof Error ? cause.message : typeof cause === "string" ? cause : detail;
      console.error(JSON.stringify({ call: callId, problem: problem.code, owner: problem.owner, why }));
    },
  };
}

export function gatewaySettings(settings: Settings): GatewaySettings {
  const { ADMIN_HOST, PORTAL_HOST, SHARED_HOST, UPSTREAM_PRIVATE } = settings;
  return {
    portalOrigin: portalOrigin(settings),
    cdnId: PORTAL_HOST,
    ownHosts: [ADMIN_HOST, PORTAL_HOST],
    privateUpstreams: UPSTREAM_PRIVATE,
    sharedHost: SHARED_HOST,
  };
}

/** Where the portal's pages are: on its own host, or under /portal of the shared one. */
export function portalOrigin({ PORTAL_HOST, PORTAL_ORIGIN, SHARED_HOST }: Settings): string {
  return `${PORTAL_ORIGIN ?? `https://${PORTAL_HOST}`}${SHARED_HOST ? "/portal" : ""}`;
}
