/** @module What a version says of its end: since when it is deprecated, when it stops answering, and where its callers go. */
import * as z from "zod";

/** Page for whoever has to move on. In normal form: it stands in a header, between angle brackets (RFC 8288 §3). */
export const GuideUrl = z
  .url({
    protocol: /^https?$/,
    normalize: true,
    error: "Write an absolute address, such as https://docs.example.com/moving-to-v2.",
  })
  .max(2_000);

export const RetireReason = z.string().trim().min(1, "Say why, in a few words.").max(500);

export interface Deprecation {
  /** Epoch ms, which may be ahead; null: it is not deprecated. */
  readonly deprecatedAt: number | null;
  /** Epoch ms; null: nobody said. */
  readonly sunsetAt: number | null;
  readonly guideUrl: string | null;
}

export const notDeprecated: Deprecation = { deprecatedAt: null, sunsetAt: null, guideUrl: null };

/** Why the times cannot be, or null: nothing ends before it is deprecated (RFC 9745 §4). */
export function explainOrder({
  deprecatedAt,
  sunsetAt,
}: Pick<Deprecation, "deprecatedAt" | "sunsetAt">): string | null {
  if (deprecatedAt === null || sunsetAt === null || sunsetAt >= deprecatedAt) return null;
  return `It would end before it is deprecated, at ${new Date(deprecatedAt).toISOString()}. Name a later time.`;
}
