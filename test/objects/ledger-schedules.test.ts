import { describe, expect, it } from "vitest";
import { mutants } from "./ledger-schedules/mutants.ts";
import { profiles } from "./ledger-schedules/profile.ts";
import { runSchedule } from "./ledger-schedules/schedule.ts";
import { shipped } from "./ledger-schedules/system.ts";
import { violationsOf } from "./ledger-schedules/truth.ts";

/** Virtual time runs on promise jobs alone; the test runner needs a turn of the loop to hear of it. */
const breathe = (seed: number): Promise<void> => (seed % 25 === 0 ? scheduler.wait(0) : Promise.resolve());

/** A mutant must be caught by what it does to calls or counts, not by the stated bound on idle units. */
const isHarm = (violation: string): boolean => !violation.startsWith("idle");

describe("the ledger under random schedules", () => {
  it.each(profiles)(
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
 * Left out of ledger.md's table: "freed units regranted before they are written", which cannot be written here, because what
 * is outstanding is always counted from the leases and no second counter is freed; and "a late cell into a pruned minute",
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
