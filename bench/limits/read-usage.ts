/** @module What the ledgers have counted, as `GET /manage/v1/usage` tells it, beside what was sent. */
import { setTimeout as wait } from "node:timers/promises";
import { request } from "../../src/cli/http.ts";
import { ledgerConstants } from "../../src/model/ledger/constants.ts";
import { type LoggedCall, outcomeOf } from "./call-log.ts";
import type { PlanName } from "./plans.ts";
import type { Stage } from "./stage.ts";

/** Finished calls by meter: `calls` were admitted, `refused` were not. */
export interface Metered {
  readonly calls: number;
  readonly refused: number;
}

export interface CountedUsage extends Metered {
  readonly answered: number;
  readonly answeredRefused: number;
  readonly brokenOff: number;
  /** Answered with 200 and not counted. */
  readonly missing: number;
}

export type UsageByPlan = Readonly<Record<string, Metered>>;

const pollMs = 2_000;
/** Reports come within seconds, and totals a minute after those before at the latest: earlier, standing still says nothing. */
const waitMinMs = ledgerConstants.flushMs + 2 * ledgerConstants.freshMs;
const stillMs = 2 * ledgerConstants.freshMs;
const waitMaxMs = 2 * waitMinMs;

/** To be asked when the traffic is over. Polls until all that is owed must have come and nothing changes any more. */
export async function settledUsage(stage: Stage): Promise<UsageByPlan> {
  const from = Date.now();
  const isOver = (now: number) => now - from >= waitMaxMs || (now - from >= waitMinMs && now - changedAt >= stillMs);
  let changedAt = from;
  let last = await readUsage(stage);
  while (!isOver(Date.now())) {
    await wait(pollMs);
    const next = await readUsage(stage);
    if (JSON.stringify(next) !== JSON.stringify(last)) changedAt = Date.now();
    last = next;
  }
  return last;
}

async function readUsage(stage: Stage): Promise<UsageByPlan> {
  interface Row {
    readonly application: string;
    readonly meter: string;
    readonly calls: number;
  }
  const applications = await read<{ readonly id: string; readonly slug: string }>(stage, "/applications");
  const rows = await read<Row>(stage, "/usage?by=application,meter");
  const metered = (id: string, meter: string) =>
    rows.filter((row) => row.application === id && row.meter === meter).reduce((sum, { calls }) => sum + calls, 0);
  const usage = applications.map(({ id, slug }) => {
    return [slug, { calls: metered(id, "calls"), refused: metered(id, "refused") }] as const;
  });
  return Object.fromEntries(usage);
}

async function read<Item>(stage: Stage, at: string): Promise<readonly Item[]> {
  const { server, token } = await stage.login();
  const headers = { authorization: `Bearer ${token}`, "gatehouse-workspace": "default" };
  const answer = await request(new URL(`${server}${at}`), { method: "GET", headers, timeoutMs: 30_000 });
  if (answer.status !== 200) throw new Error(`GET ${at} was answered with ${answer.status}: ${answer.text}`);
  return (JSON.parse(answer.text) as { items: readonly Item[] }).items;
}

export function countUsage(calls: readonly LoggedCall[], { calls: metered, refused }: Metered): CountedUsage {
  const { answered, brokenOff, sent } = outcomeOf(calls);
  const admitted = answered["200"] ?? 0;
  return {
    calls: metered,
    refused,
    answered: admitted,
    answeredRefused: sent - admitted - brokenOff,
    brokenOff,
    missing: Math.max(0, admitted - metered),
  };
}

/** A call that was broken off may have been counted or not, and as either; any more were counted twice. */
export function brokenUsage(plan: PlanName, usage: CountedUsage): string[] {
  const { calls, refused, answered, answeredRefused, brokenOff } = usage;
  const tell = (what: string, counted: number, most: number) =>
    counted <= most ? [] : [`${plan}: usage counts ${counted} ${what}, at most ${most} were made`];
  return [
    ...tell("admitted calls", calls, answered + brokenOff),
    ...tell("refused calls", refused, answeredRefused + brokenOff),
    ...tell("calls", calls + refused, answered + answeredRefused + brokenOff),
  ];
}

/** Where every isolate lived to report, usage is exact to the call. */
export function missingUsage(plan: PlanName, { missing, answered }: CountedUsage): string[] {
  return missing === 0 ? [] : [`${plan}: usage lacks ${missing} of ${answered} admitted calls, and nothing was killed`];
}
