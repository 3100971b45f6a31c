/** @module What `npm run load` may be told. */
import { parseArgs } from "node:util";

export interface LoadOptions {
  readonly part: Part;
  readonly windows: number;
  readonly rate: number;
  readonly json: boolean;
}

const parts = ["all", "load", "kill"] as const;
export type Part = (typeof parts)[number];

export const usage = `Usage: npm run load -- [options]

  --part NAME    load: far above the limits and below them; kill: with workerd killed meanwhile;
                 all: one after the other (default)
  --windows N    whole windows of 10 s a run, 2 to 30 (default 3; with kills one more)
  --rate N       calls a second against a limit of 1,000 in 10 s, 100 to 5000 (default 1000)
  --json         print one JSON object
  --help

Seven minutes. Ends with 1 if a guarantee of the ledger was broken; time is only reported.`;

/** Null when help was asked for; throws with a sentence when an option is wrong. */
export function readOptions(args: readonly string[]): LoadOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: "string", default: "all" },
      windows: { type: "string", default: "3" },
      rate: { type: "string", default: "1000" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const part = parts.find((name) => name === values.part);
  if (part === undefined) throw new Error(`--part is “${values.part}”. Write ${parts.join(", ")}.`);
  return {
    part,
    windows: numberOf("--windows", values.windows, 2, 30),
    rate: numberOf("--rate", values.rate, 100, 5_000),
    json: values.json,
  };
}

function numberOf(option: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new Error(`${option} is “${value}”. Write a whole number from ${min} to ${max}.`);
}
