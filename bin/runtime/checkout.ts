/**
 * @module Where things stand in a checkout. Everything that the scripts, stories and the benchmark generate lives under
 * `.gatehouse/`, which git ignores.
 */
import path from "node:path";

/** The checkout's root: the folder with package.json. */
export const root = path.join(import.meta.dirname, "..", "..");

/** Absolute path of something in the checkout. */
export function inCheckout(...parts: string[]): string {
  return path.join(root, ...parts);
}

/** What keeps wrangler and Miniflare off the network: no usage reports, no update check, no look-up of `request.cf`. */
export const offlineEnvironment = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
} as const;
