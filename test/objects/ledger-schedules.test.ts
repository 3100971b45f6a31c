import { describe, expect, it } from "vitest";
import { mutants } from "./ledger-schedules/mutants.ts";
import {
  bucketProfile,
  closingProfile,
  forfeitProfile,
  forgettingProfile,
  givingBackProfile,
  marginProfile,
  permitProfile,
  profileOf,
  quotaProfile,
  slidingProfile,
  variableProfile,
} from "./ledger-schedules/profile.ts";
import { runSchedule } from "./ledger-schedules/schedule.ts";
import { shipped } from "./ledger-schedules/system.ts";
import { violationsOf } from "./ledger-schedules/truth.ts";

/** Virtual time runs on promise jobs alone; the test runner needs a turn of the loop to hear of it. */
const breathe = (seed: number): Promise<void> => (seed % 25 === 0 ? scheduler.wait(0) : Promise.resolve());

/** A mutant must be caught by what it does to calls or counts, not by the stated bound on idle units. */
const isHarm = (violation: string): boolean => !violation.startsWith("idle");

describe("the ledger under random schedules", () => {
  it.each([
    ["generic", profileOf, 1_200],
    ["a bucket under steady load", bucketProfile, 250],
    ["a quota up to its end", quotaProfile, 250],
    ["a sliding window that is always full", slidingProfile, 250],
    ["calls whose cost is known when they have ended", variableProfile, 600],
    ["calls in flight", permitProfile, 500],
    ["partitions and dead flushers", forfeitProfile, 150],
    ["leases spent to their last moment", marginProfile, 100],
    ["leases closed while they are filled", closingProfile, 100],
    ["calls given back", givingBackProfile, 300],
    ["limits forgotten", forgettingProfile, 300],
  ] as const)(
    "keeps every promise: %s",
    async (name, profile, schedules) => {
      const broken: string[] = [];
      let admitted = 0;
      let taken = 0;
      let asks = 0;
      for (let seed = 1; seed <= schedules; seed += 1) {
        const outcome = await runSchedule(profile(seed), shipped);
        admitted += outcome.admitted.length;
        taken += outcome.admitted.filter((call) => call.taken).length;
        asks += outcome.asks;
        for (const violation of violationsOf(outcome)) broken.push(`seed ${seed}: ${violation}`);
        await breathe(seed);
      }
      console.log(
        `${name}: ${schedules} schedules, ${admitted} calls admitted (${taken} of them waited), ${asks} asks`,
      );
      expect(broken.slice(0, 20)).toEqual([]);
    },
    240_000,
  );
});

/**
 * Left out of ledger.md's table: what belongs to algorithms that are not built yet (a late charge below
 * zero); "freed units regranted before they are written", which cannot be written here, because what is
 * outstanding is always counted from the leases and no second counter is freed; and "a late cell into a pruned minute",
 * which needs two days and is broken in test/model/ledger/report.test.ts.
 */
describe("the schedules catch a ledger that breaks a rule", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    async (name, { profile, system }) => {
      for (let seed = 1; seed <= 2_000; seed += 1) {
        const violation = violationsOf(await runSchedule(profile(seed), system())).find(isHarm);
        await breathe(seed);
        if (violation === undefined) continue;
        console.log(`mutant "${name}": schedule ${seed}: ${violation}`);
        return;
      }
      expect.unreachable(`"${name}" survived 2,000 schedules`);
    },
    240_000,
  );
});
