/** @module What a version says of its end: since when it is deprecated, when it stops answering, and where its callers go. */
import * as z from "zod";

/** Page for whoever has to move on. In normal form: it stands in a header, between angle brackets (RFC 8288 §3). */
export const GuideUrl = z
  .url({
    protocol: /^https?$/,
    normalize: true,
    error: "Write an absolute address, such as https://docs.example.com/moving-to-v2.",
  })
  .max(2_000, {
    error: "It must have at most 2000 characters, counted as it is sent: other letters than ASCII become %XX there.",
  });

export const RetireReason = z.string().trim().min(1, "Say why, in a few words.").max(500);

/**
 * A time in which a deprecated version refuses its calls, so that whoever has not moved on notices before it ends. Epoch ms;
 * `to` is outside.
 */
export interface Brownout {
  readonly from: number;
  readonly to: number;
}

export const brownoutsMax = 50;
const brownoutMsMax = 86_400_000;

/** Why these cannot be, with the index of the one at fault, or null. They come in any order. */
export function explainBrownouts(
  brownouts: readonly Brownout[],
  { deprecatedAt, sunsetAt }: Pick<Deprecation, "deprecatedAt" | "sunsetAt">,
): { readonly index: number; readonly message: string } | null {
  for (const [index, { from, to }] of brownouts.entries()) {
    const fault = (message: string) => ({ index, message });
    if (to <= from) return fault("It would end before it begins. Name a later end.");
    if (to - from > brownoutMsMax) return fault("It is longer than a day. Name several, or retire the version.");
    if (deprecatedAt !== null && from < deprecatedAt) return fault("It begins before the version is deprecated.");
    if (sunsetAt !== null && to > sunsetAt) return fault("It ends after the version does. Name an earlier end.");
    if (brownouts.some((other, at) => at < index && other.from < to && from < other.to)) {
      return fault("Another one overlaps it. Leave one of them out.");
    }
  }
  return null;
}

/** In the order of time. */
export function inTime(brownouts: readonly Brownout[]): Brownout[] {
  return brownouts.toSorted((a, b) => a.from - b.from);
}

export interface Deprecation {
  /** Epoch ms, which may be ahead; null: it is not deprecated. */
  readonly deprecatedAt: number | null;
  /** Epoch ms; null: nobody said. */
  readonly sunsetAt: number | null;
  readonly guideUrl: string | null;
  /** In the order of time; none overlap. */
  readonly brownouts: readonly Brownout[];
}

export const notDeprecated: Deprecation = { deprecatedAt: null, sunsetAt: null, guideUrl: null, brownouts: [] };

/** Why the times cannot be, or null: nothing ends before it is deprecated (RFC 9745 §4). */
export function explainOrder({
  deprecatedAt,
  sunsetAt,
}: Pick<Deprecation, "deprecatedAt" | "sunsetAt">): string | null {
  if (deprecatedAt === null || sunsetAt === null || sunsetAt >= deprecatedAt) return null;
  return `It would end before it is deprecated, at ${new Date(deprecatedAt).toISOString()}. Name a later time.`;
}
