/**
 * @module Recording a call, once, when it has ended: a point for exploration, a cell for the exact totals.
 */
import type { Call, Ended } from "../model/call.ts";
import { ledgerName } from "../model/ledger/name.ts";
import type { Usage } from "../model/usage.ts";
import type { Leases } from "./leases.ts";
import type { GatewayPorts } from "./ports.ts";

/** What is known of a call only at its end. */
export interface Ending extends Omit<Ended, "requestBytes"> {
  readonly aborted: boolean;
  readonly method: string;
}

export function usageOf(call: Call, ending: Ending, now: number): Usage {
  const { match, principal, refusal } = call;
  return {
    callId: call.id,
    at: call.startedAt,
    workspace: match.workspace,
    environment: match.environment,
    api: match.api.id,
    version: match.version.id === "" ? match.version.name : match.version.id,
    versionName: match.version.name,
    operation: match.operation,
    organization: principal?.organization ?? "",
    application: principal?.application ?? "",
    subscription: call.subscription?.id ?? "",
    credential: principal?.credential ?? "",
    problem: refusal?.problem.code ?? "",
    // What the upstream failed at was let through, and counts as a call.
    refusedBy: refusal === null || refusal.problem.owner === "upstream" ? "" : (refusal.step?.policy ?? "gateway"),
    cache: call.cache,
    colo: call.colo,
    country: call.country,
    units: call.units,
    durationMs: Math.max(0, now - call.startedAt),
    upstreamMs: call.upstreamMs,
    requestBytes: call.requestBytes,
    ungoverned: call.ungoverned,
    method: ending.method,
    status: ending.status,
    responseBytes: ending.responseBytes,
    aborted: ending.aborted,
  };
}

/** Counts a call at the ledger of whoever made it; calls of nobody in particular at the API's. */
export function record(usage: Usage, call: Call, leases: Leases, ports: Pick<GatewayPorts, "point">): void {
  ports.point(usage);
  const { workspace, environment } = usage;
  const subject =
    usage.application === ""
      ? ({ subject: "api", workspace, environment, id: usage.api } as const)
      : ({ subject: "app", workspace, environment, id: usage.application } as const);
  leases.record(ledgerName(subject), usage, (work) => call.waitUntil(work));
}
