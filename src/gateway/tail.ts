/**
 * @module The live tail: tells of finished calls while somebody watches their workspace, and costs a look otherwise.
 *
 * Lines leave together, a moment after the first; what is more than a person could read is only counted.
 */
import type { Call } from "../model/call.ts";
import type { LogLine } from "../model/log-line.ts";
import type { Usage } from "../model/usage.ts";
import type { Currency } from "./currency.ts";
import type { GatewayPorts } from "./ports.ts";

/** How long lines are collected before they leave. */
const collectMs = 500;
/** Lines of a workspace that leave at once. */
const linesMax = 100;
/** Whoever was to send them is gone by then: the platform ends background work after 30 s. */
const lostMs = 30_000;
const pathMax = 500;

interface Collected {
  readonly since: number;
  readonly lines: LogLine[];
  skipped: number;
}

export interface Tail {
  /** Tells of a finished call, if anybody watches. */
  note(usage: Usage, call: Call): void;
}

export function createTail(ports: Pick<GatewayPorts, "report" | "now" | "wait">, currency: Pick<Currency, "isTailed">) {
  const collected = new Map<string, Collected>();

  async function send(workspace: string): Promise<void> {
    await ports.wait(collectMs);
    const all = collected.get(workspace);
    collected.delete(workspace);
    // Who watches may miss something; who calls may not wait for it, and nobody else can mend it.
    if (all !== undefined) await ports.report(workspace, all.lines, all.skipped).catch(() => undefined);
  }

  const tail: Tail = {
    note(usage, call) {
      const { workspace } = usage;
      if (!currency.isTailed(workspace)) return;
      const now = ports.now();
      let all = collected.get(workspace);
      if (all === undefined || now - all.since > lostMs) {
        all = { since: now, lines: [], skipped: 0 };
        collected.set(workspace, all);
        call.waitUntil(send(workspace));
      }
      if (all.lines.length < linesMax) all.lines.push(lineOf(usage, call));
      else all.skipped += 1;
    },
  };
  return tail;
}

function lineOf(usage: Usage, call: Call): LogLine {
  return {
    call: usage.callId,
    at: usage.at,
    environment: usage.environment,
    api: usage.api,
    apiSlug: call.match.api.slug,
    version: usage.versionName,
    operation: usage.operation,
    method: usage.method,
    path: call.url.pathname.slice(0, pathMax),
    status: usage.status,
    problem: usage.problem,
    refusedBy: usage.refusedBy,
    organization: usage.organization,
    application: usage.application,
    cache: usage.cache,
    durationMs: Math.round(usage.durationMs),
    upstreamMs: Math.round(usage.upstreamMs),
    requestBytes: usage.requestBytes,
    responseBytes: usage.responseBytes,
    aborted: usage.aborted,
    colo: usage.colo,
    country: usage.country,
  };
}
