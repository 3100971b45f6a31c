/** @module What a call holds of its ledgers, kept alive while it runs and let go of at its end. */
import type { Call, Holding } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import type { HeldCall } from "./leases.ts";

type Wait = (ms: number) => Promise<void>;

const renewMs = 1_000;

/**
 * Begins to renew what the call holds, within its own invocation: where the runtime ends that, the renewals end with it, and
 * what was held is let go of a minute later.
 */
export function holdingOf(call: Call, held: HeldCall, wait: Wait): Holding {
  const controller = new AbortController();
  const { promise: over, resolve } = Promise.withResolvers<true>();
  const live = async (): Promise<void> => {
    let isOver: boolean;
    do {
      const ms = held.renew();
      if (ms === 0) return controller.abort(lostPermit());
      const { costOf, soFar } = call;
      if (costOf !== null && soFar !== null && !held.spend(costOf(soFar))) return controller.abort(creditEnded());
      isOver = await Promise.race([wait(Math.min(renewMs, ms)).then(() => false), over]);
    } while (!isOver);
  };
  call.waitUntil(live());
  return {
    lost: controller.signal,
    end(units) {
      resolve(true);
      held.settle(units);
    },
  };
}

/** The answer, unless a permit is lost while it is waited for. */
export async function unlessLost(answer: Promise<Response>, { lost }: Holding, call: Call): Promise<Response> {
  const { promise: isLost, reject } = Promise.withResolvers<never>();
  const give = (): void => reject(lost.reason);
  if (lost.aborted) give();
  else lost.addEventListener("abort", give, { once: true });
  try {
    return await Promise.race([answer, isLost]);
  } catch (thrown) {
    // Nobody will read what still comes.
    call.waitUntil(answer.then((late) => late.body?.cancel()));
    throw thrown;
  } finally {
    lost.removeEventListener("abort", give);
  }
}

/** Nobody gets to read this but the log: the answer has begun, so it just ends. */
function creditEnded(): Problem {
  return new Problem("credit-exhausted", {
    detail: "The call went on for longer than the subscription's prepaid credit could pay. Buy more, then call again.",
  });
}

function lostPermit(): Problem {
  return new Problem("permit-lost", {
    detail:
      "The gateway could not reach its ledger for so long that this call lost its place among those in flight. Try again.",
    headers: { "Retry-After": "1" },
  });
}
