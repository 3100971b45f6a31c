/**
 * @module The door: which surface answers a request. Host first, then path; it wires, and decides nothing else.
 *
 * A plain function rather than an app, because all but a few requests are the gateway's: they pay for two comparisons.
 */
import { DurableObject } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { parseSettings, type Settings } from "./env.ts";
import { createGateway, type Gateway } from "./gateway/handle.ts";
import { createLedger } from "./objects/ledger.ts";
import { gatewayPorts } from "./platform/gateway-ports.ts";
import { registryDatabase } from "./platform/registry-database.ts";
import { totalsSink } from "./platform/usage-totals.ts";

export { Beacon } from "./objects/beacon.ts";
export class Ledger extends createLedger((env: Env) => ({ totals: totalsSink(env.DB) })) {}
export class Courier extends DurableObject {}

/** What an isolate makes once, on its first request: global scope knows neither clock nor randomness. */
interface Surfaces {
  readonly settings: Settings;
  readonly gateway: Gateway;
}

let surfaces: Surfaces | null = null;

function open(env: Env): Surfaces {
  const settings = parseSettings({ ...env });
  return { settings, gateway: createGateway(gatewayPorts(env, settings, registryDatabase(drizzle(env.DB)))) };
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    surfaces ??= open(env);
    return surfaces.gateway.handle(request, (work) => ctx.waitUntil(work));
  },
} satisfies ExportedHandler<Env>;
