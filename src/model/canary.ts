/** @module Canaries: which callers of a version get its new revision. The same ones everywhere, and more of them as it grows. */
import * as z from "zod";

/** In per cent, to two places. */
export const CanaryPercent = z
  .number()
  .min(0)
  .max(100)
  .multipleOf(0.01)
  .describe("Share of callers that get the new revision, in per cent; whoever is in stays in as it grows.");

/** A revision beside the one that a version serves in an environment, and for how many callers. */
export interface Canary {
  /** Address of the content. */
  readonly revision: string;
  readonly program: string;
  readonly percent: number;
  /** The change that began it. */
  readonly sequence: number;
}

const steps = 10_000;

/**
 * Whether a caller is among the first `percent` of a canary. Decided by the caller and the revision alone: so every isolate says
 * the same, and another canary begins with others. `caller` names an application, or the address of whoever shows none.
 */
export function isInCanary(caller: string, revision: string, percent: number): boolean {
  return placeOf(`${revision}/${caller}`) < Math.round((percent / 100) * steps);
}

/** 0 to 9,999, evenly: FNV-1a, then the finalizer of MurmurHash3, without which near texts lie near each other. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) % steps;
}
