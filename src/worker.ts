import { DurableObject } from "cloudflare:workers";
export class Ledger extends DurableObject {}
export class Beacon extends DurableObject {}
export class Courier extends DurableObject {}
export default { fetch: () => new Response("ok") };
