import * as z from "zod";
import type { Limit } from "./limit.ts";

/** What one subscription has instead of what its plan says of a limit, for good or until it ends. */
export const LimitOverride = z.strictObject({
  limit: z.string().min(1).max(40).describe("Name of the plan's limit."),
  callsMax: z.int().min(0).max(1_000_000_000).describe("What it allows instead; 0 lets no call through."),
  burstMax: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("Of a token bucket: most calls that may come at once. As the plan has it, unless said otherwise."),
  expiresAt: z.int().min(0).nullable().describe("When it ends by itself, in ms since 1970; null: it does not."),
  reason: z.string().max(200).describe("Why, for whoever looks after it."),
});
export type LimitOverride = z.output<typeof LimitOverride>;

/** The override of this limit that holds now, if there is one. */
export function overrideOf(overrides: readonly LimitOverride[], name: string, now: number): LimitOverride | null {
  const found = overrides.find(({ limit }) => limit === name);
  return found === undefined || (found.expiresAt !== null && found.expiresAt <= now) ? null : found;
}

/** The limit as the override has it. */
export function overridden(limit: Limit, { callsMax, burstMax }: LimitOverride): Limit {
  if (limit.algorithm !== "token-bucket") return { ...limit, callsMax };
  return { ...limit, callsMax, burstMax: callsMax === 0 ? 0 : (burstMax ?? limit.burstMax) };
}
