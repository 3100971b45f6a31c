/**
 * @module The same load while workerd is killed (SIGKILL) and started again on the same storage, twice: once while a window is
 * being filled, so that leases are out, and once in the middle of one, when it should be full and must stay so.
 */
import { setTimeout as wait } from "node:timers/promises";
import { ledgerConstants } from "../../src/model/ledger/constants.ts";
import { type CallOutcome, isAdmitted, type LoggedCall, outcomeOf, sentWithin } from "./call-log.ts";
import { brokenWindows, countWindows, type WindowCount } from "./count-windows.ts";
import { connections, type Measured, nextWindow } from "./measure-load.ts";
import { drivePaced } from "./pace.ts";
import { limit, type PlanName, windowMs } from "./plans.ts";
import type { Kill, Stage } from "./stage.ts";

export interface KillRun extends CallOutcome {
  readonly plan: PlanName;
  readonly windows: readonly WindowCount[];
  readonly kills: readonly AccountedKill[];
}

export interface AccountedKill extends Kill {
  /** Answered with 200 by the process that was killed, so late that it may not have been reported yet. */
  readonly unreported: number;
  /** Admitted before it in its window. */
  readonly admittedBefore: number;
}

/** From the begin of the second window, and of the third. */
const killAfterMs = [400, windowMs / 2] as const;

export async function measureKills(
  stage: Stage,
  plan: PlanName,
  rate: number,
  count: number,
): Promise<Measured<KillRun>> {
  const from = nextWindow(Date.now());
  const until = from + count * windowMs;
  const kills: Kill[] = [];
  const killing = async () => {
    for (const [index, afterMs] of killAfterMs.entries()) {
      await wait(from + (index + 1) * windowMs + afterMs - Date.now());
      kills.push(await stage.kill());
    }
  };
  await Promise.all([drivePaced(stage, { plan, rate, connections, from, until }), killing()]);
  const calls = sentWithin(stage.log(plan), from, Number.POSITIVE_INFINITY);
  const windows = { limit, windowMs, from, count };
  const accounted = kills.map((kill) => account(calls, kill));
  return {
    result: { plan, ...outcomeOf(calls), windows: countWindows(calls, windows), kills: accounted },
    broken: brokenWindows(calls, windows).map((sentence) => `${plan}, killed: ${sentence}`),
  };
}

function account(calls: readonly LoggedCall[], kill: Kill): AccountedKill {
  const before = calls.filter(({ sentAt }) => sentAt <= kill.at);
  const reportedAt = kill.at - ledgerConstants.settleMs;
  const windowAt = kill.at - (kill.at % windowMs);
  const isUnreported = ({ status, endedAt }: LoggedCall) => status === "200" && (endedAt ?? 0) >= reportedAt;
  return {
    ...kill,
    unreported: before.filter(isUnreported).length,
    admittedBefore: before.filter((call) => isAdmitted(call) && call.arrivedAt >= windowAt).length,
  };
}
