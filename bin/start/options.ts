/** @module What `npm start` may be told. */
import path from "node:path";
import { parseArgs } from "node:util";
import { inCheckout } from "../runtime/checkout.ts";

export interface StartOptions {
  readonly port: number;
  readonly state: string;
  readonly config: string;
  readonly json: boolean;
}

export const usage = `Usage: npm start -- [options]

  --port N        port for gateway, console and portal (default 8787)
  --state DIR     folder that keeps everything (default .gatehouse/state)
  --config FILE   workspace file to apply (default examples/gatehouse.yaml)
  --json          print one line of JSON when ready, instead of text
  --help`;

/** Undefined when help was asked for; throws with a sentence when an option is wrong. */
export function readOptions(args: readonly string[]): StartOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8787" },
      state: { type: "string", default: inCheckout(".gatehouse", "state") },
      config: { type: "string", default: inCheckout("examples", "gatehouse.yaml") },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
    throw new Error(`--port ${values.port}: write a number from 1 to 65535.`);
  }
  // npm runs scripts in the project's folder; what people write is relative to where they are.
  const resolve = (name: string) => path.resolve(process.env.INIT_CWD ?? process.cwd(), name);
  return { port, state: resolve(values.state), config: resolve(values.config), json: values.json };
}
