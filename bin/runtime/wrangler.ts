/** @module Calls the project's own wrangler, with its update check and usage reports off. */
import { spawn } from "node:child_process";
import { inCheckout, offlineEnvironment, root } from "./checkout.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs wrangler to its end. `show` passes its output (and the terminal's input) through instead of keeping it. */
export function wrangler(args: readonly string[], { show = false } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [inCheckout("node_modules", "wrangler", "bin", "wrangler.js"), ...args], {
    cwd: root,
    env: { ...process.env, ...offlineEnvironment },
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
  });
}
