/**
 * @module Points in Analytics Engine: one a call, for exploration, never for limits or money (they are sampled).
 *
 * The platform's limits are kept here, because the local binding checks nothing: one index of at most 96 bytes, 20 blobs of
 * together at most 16 KiB, 20 doubles, 250 points an invocation.
 */
import type { Usage } from "../model/usage.ts";

const indexBytesMax = 96;
const blobsMax = 20;
const blobBytesMax = 16_384;
const doublesMax = 20;
/** Most bytes of one blob: what is longer says nothing more to whoever explores. */
const blobMax = 1_024;

export interface Point {
  readonly indexes: [string];
  readonly blobs: string[];
  readonly doubles: number[];
}

/** Column order is a contract with every stored point: append only. Index = application, the key that is sampled by. */
export function pointOf(usage: Usage): Point {
  return checked({
    indexes: [usage.application === "" ? `api ${usage.api}` : usage.application],
    blobs: [
      usage.workspace,
      usage.environment,
      usage.api,
      usage.version,
      usage.operation,
      usage.organization,
      usage.application,
      usage.subscription,
      usage.credential,
      usage.method,
      usage.problem,
      usage.refusedBy,
      usage.cache,
      usage.colo,
      usage.country,
      usage.callId,
    ],
    doubles: [
      usage.status,
      usage.units,
      usage.durationMs,
      usage.upstreamMs,
      usage.requestBytes,
      usage.responseBytes,
      usage.ungoverned ? 1 : 0,
      usage.aborted ? 1 : 0,
    ],
  });
}

/** The point within the platform's limits: what is too long is cut, what is no number becomes 0. */
export function checked(point: Point): Point {
  const isShort = point.blobs.reduce((sum, blob) => sum + blob.length, 0) * 3 <= blobBytesMax;
  let left = isShort ? Number.POSITIVE_INFINITY : blobBytesMax;
  return {
    indexes: [cut(point.indexes[0], indexBytesMax)],
    blobs: point.blobs.slice(0, blobsMax).map((blob) => {
      const kept = cut(blob, Math.min(left, blobMax));
      // Counted only where it may matter: a letter has at most three bytes a UTF-16 unit.
      if (!isShort) left -= byteLength(kept);
      return kept;
    }),
    doubles: point.doubles.slice(0, doublesMax).map((value) => (Number.isFinite(value) ? value : 0)),
  };
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

/** At most `bytesMax` bytes of UTF-8, never half a character. */
function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || byteLength(text) <= bytesMax) return text;
  return new TextDecoder().decode(encoder.encode(text).slice(0, bytesMax)).replace(/\uFFFD+$/, "");
}
