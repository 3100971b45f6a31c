import { describe, expect, it } from "vitest";
import { mutants } from "./ledger-schedules/mutants.ts";
import { bucketProfile, forfeitProfile, profileOf, quotaProfile } from "./ledger-schedules/profile.ts";
import { runSchedule } from "./ledger-schedules/schedule.ts";
import { shipped } from "./ledger-schedules/system.ts";
import { violationsOf } from "./ledger-schedules/truth.ts";

describe("the ledger under random schedules", () => {
  it.each([
    ["generic", profileOf, 1_400],
    ["bucket", bucketProfile, 200],
    ["quota", quotaProfile, 200],
    ["forfeit", forfeitProfile, 200],
  ] as const)(
    "never breaks a promise: %s",
    async (name, profile, schedules) => {
      const broken: string[] = [];
      let admitted = 0;
      let asks = 0;
      for (let seed = 1; seed <= schedules; seed += 1) {
        const outcome = await runSchedule(profile(seed), shipped);
        admitted += outcome.admitted.length;
        asks += outcome.asks;
        for (const violation of violationsOf(outcome)) broken.push(`seed ${seed}: ${violation}`);
      }
      console.log(`${name}: ${schedules} schedules, ${admitted} calls admitted, ${asks} asks`);
      expect(broken.slice(0, 20)).toEqual([]);
    },
    120_000,
  );
});

describe("the schedules catch a ledger that breaks a rule", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    async (name, { profile, system }) => {
      for (let seed = 1; seed <= 2_000; seed += 1) {
        const [violation] = violationsOf(await runSchedule(profile(seed), system()));
        if (violation === undefined) continue;
        console.log(`mutant "${name}": schedule ${seed}: ${violation}`);
        return;
      }
      expect.unreachable(`"${name}" survived 2,000 schedules`);
    },
    120_000,
  );
});
