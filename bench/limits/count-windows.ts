/**
 * @module What windows saw, told from the outside. A call admitted at the end of a window may reach the upstream in the next,
 * so the upstream's times alone would blame a window for its neighbour's calls. A window is above its limit only if too many
 * calls were *surely* admitted in it: sent after its begin, and at the upstream before its end. No allowance in ms is needed,
 * whatever the machine does meanwhile. Windows are also added up, which leaves only the calls at the run's own ends open.
 */
import { type AdmittedCall, isAdmitted, type LoggedCall } from "./call-log.ts";

export interface WindowCount {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly sent: number;
  /** By the upstream's clock. */
  readonly admitted: number;
  /** Of them those that were sent before the window began: they may be the one's before. */
  readonly carried: number;
  readonly below: number;
}

export interface Windows {
  readonly limit: number;
  readonly windowMs: number;
  readonly from: number;
  readonly count: number;
}

export function countWindows(calls: readonly LoggedCall[], { limit, windowMs, from, count }: Windows): WindowCount[] {
  return Array.from({ length: count }, (_, index) => {
    const startedAt = from + index * windowMs;
    const within = (time: number) => time >= startedAt && time < startedAt + windowMs;
    const admitted = calls.filter((call) => isAdmitted(call) && within(call.arrivedAt));
    return {
      startedAt,
      sent: calls.filter(({ sentAt }) => within(sentAt)).length,
      admitted: admitted.length,
      carried: admitted.filter(({ sentAt }) => sentAt < startedAt).length,
      below: Math.max(0, limit - admitted.length),
    };
  });
}

/** Sentences about every row of windows, one or more, that admitted more than its limit for sure. */
export function brokenWindows(calls: readonly LoggedCall[], { limit, windowMs, from, count }: Windows): string[] {
  const admitted = calls.filter(isAdmitted);
  const broken: string[] = [];
  for (let first = 0; first < count; first += 1) {
    for (let end = first + 1; end <= count; end += 1) {
      const surely = surelyWithin(admitted, from + first * windowMs, from + end * windowMs);
      if (surely <= limit * (end - first)) continue;
      const which = end === first + 1 ? `window ${end}` : `windows ${first + 1} to ${end}`;
      broken.push(`${which} admitted ${surely} calls, ${limit * (end - first)} are allowed`);
    }
  }
  return broken;
}

function surelyWithin(admitted: readonly AdmittedCall[], from: number, until: number): number {
  return admitted.filter(({ sentAt, arrivedAt }) => sentAt >= from && arrivedAt < until).length;
}

export interface MostInInterval {
  /** By the upstream's clock: what lies between ledger and upstream can push calls together. */
  readonly arrived: number;
  /** Sent after some interval's begin and at the upstream before its end: this is what the guarantee is about. */
  readonly surely: number;
}

/** The most calls in any interval of the length, wherever it begins. */
export function mostInInterval(calls: readonly LoggedCall[], lengthMs: number): MostInInterval {
  const admitted = calls.filter(isAdmitted).sort((a, b) => a.sentAt - b.sentAt);
  const arrivals = admitted.map(({ arrivedAt }) => arrivedAt).sort((a, b) => a - b);
  const most = { arrived: 0, surely: 0 };
  arrivals.forEach((from, first) => {
    const end = firstAt(arrivals, from + lengthMs);
    most.arrived = Math.max(most.arrived, end - first);
  });
  const sent = admitted.map(({ sentAt }) => sentAt);
  for (const from of new Set(sent)) {
    const candidates = admitted.slice(firstAt(sent, from), firstAt(sent, from + lengthMs));
    most.surely = Math.max(most.surely, surelyWithin(candidates, from, from + lengthMs));
  }
  return most;
}

/** Where in an ascending list the first time stands that is not before `time`. */
function firstAt(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
