/**
 * @module The ledger under random schedules for as long as one likes: `npm run schedules -- --minutes 60`. Every kind of
 * schedule takes its turn, each with a seed of its own, and the first that breaks a promise ends the run and is named, so
 * that it can be run again by `--seed` and `--kind`.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { profiles } from "../test/objects/ledger-schedules/profile.ts";
import { runSchedule } from "../test/objects/ledger-schedules/schedule.ts";
import { shipped } from "../test/objects/ledger-schedules/system.ts";
import { violationsOf } from "../test/objects/ledger-schedules/truth.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "100000" },
    kind: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const usage = `Usage: npm run schedules -- [options]

  --minutes N   how long to go on (default 10)
  --seed N      the first seed (default 100000)
  --kind NAME   only schedules of this kind
  --json        print one JSON object at the end`;

function refuse(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

/** A number above nothing; whatever else was written is refused, or nothing would be run and all would be said to be well. */
function numberOf(option: "minutes" | "seed"): number {
  const value = Number(values[option]);
  return value > 0 ? value : refuse(`--${option} is “${values[option]}”. Give a number above 0.`);
}

const minutes = numberOf("minutes");
const firstSeed = numberOf("seed");
const kinds = profiles.filter(([name]) => values.kind === undefined || name === values.kind);
if (kinds.length === 0) {
  refuse(`There is no kind “${values.kind ?? ""}”. There are: ${profiles.map(([name]) => name).join("; ")}.`);
}

const endAt = Date.now() + minutes * 60_000;
const totals = { schedules: 0, admitted: 0, asks: 0 };
const broken: { kind: string; seed: number; violations: string[] }[] = [];
let toldAt = Date.now();

for (let seed = firstSeed; broken.length === 0 && Date.now() < endAt; seed += 1) {
  for (const [kind, profile] of kinds) {
    const outcome = await runSchedule(profile(seed), shipped);
    totals.schedules += 1;
    totals.admitted += outcome.admitted.length;
    totals.asks += outcome.asks;
    const violations = violationsOf(outcome);
    if (violations.length > 0) broken.push({ kind, seed, violations });
  }
  if (Date.now() - toldAt < 5_000) continue;
  toldAt = Date.now();
  const left = Math.max(0, Math.ceil((endAt - toldAt) / 60_000));
  console.error(
    `${totals.schedules.toLocaleString("en-GB")} schedules kept every promise, seed ${seed}; ${left} min left`,
  );
}

if (values.json) console.log(JSON.stringify({ ...totals, broken }));
else {
  const counts = `${totals.schedules.toLocaleString("en-GB")} schedules, ${totals.admitted.toLocaleString("en-GB")} calls admitted, ${totals.asks.toLocaleString("en-GB")} asks`;
  console.log(broken.length === 0 ? `${counts}: every promise was kept.` : `${counts}: a promise was broken.`);
  for (const { kind, seed, violations } of broken) {
    console.log(
      `\n${violations.join("\n")}\n\nAgain: npm run schedules -- --minutes 1 --seed ${seed} --kind "${kind}"`,
    );
  }
}
process.exit(broken.length === 0 ? 0 : 1);
