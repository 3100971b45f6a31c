import { DurableObject } from "cloudflare:workers";
import { createLedger } from "./objects/ledger.ts";
import { totalsSink } from "./platform/usage-totals.ts";
export class Ledger extends createLedger((env: Env) => ({ totals: totalsSink(env.DB) })) {}
export { Beacon } from "./objects/beacon.ts";
export class Courier extends DurableObject {}
export default { fetch: () => new Response("ok") };
