import { sentWithin } from "./call-log.ts";
import { type Latency, latencyOf } from "./latency.ts";
import { connections } from "./measure-load.ts";
import { drivePaced } from "./pace.ts";
import type { Stage } from "./stage.ts";

/** What one ledger carries when every call asks it, on this machine, which also runs gateways, upstream and callers. */
export interface Capacity {
  readonly callsPerSecond: number;
  readonly latency: Latency | null;
  /** Calls that were not answered with 200. */
  readonly others: number;
}

const measuredMs = 5_000;
const discardMs = 1_000;
/** More than it can take: every connection calls again as soon as it has been answered. */
const rate = 50_000;

/** As many calls as can be made under an exact plan whose limit is never reached. */
export async function measureCapacity(stage: Stage): Promise<Capacity> {
  const from = Date.now();
  const until = from + discardMs + measuredMs;
  await drivePaced(stage, { plan: "roomy", rate, connections: 2 * connections, from, until });
  const calls = sentWithin(stage.log("roomy"), from + discardMs, until);
  const answered = calls.filter(({ status }) => status === "200");
  return {
    callsPerSecond: Math.round((answered.length * 1_000) / measuredMs),
    latency: latencyOf(answered),
    others: calls.length - answered.length,
  };
}
