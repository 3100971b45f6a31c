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
      usage.versionName,
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
      usage.version,
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
  if (isWithin(point)) return point;
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

/** Whether a point is within the limits for certain: the common case, which costs no copy. */
function isWithin({ indexes, blobs, doubles }: Point): boolean {
  if (!isAscii(indexes[0], indexBytesMax) || blobs.length > blobsMax || doubles.length > doublesMax) return false;
  let letters = 0;
  for (const blob of blobs) {
    if (blob.length * 3 > blobMax) return false;
    letters += blob.length;
  }
  return letters * 3 <= blobBytesMax && doubles.every(Number.isFinite);
}

/** Whether `text` is at most so many letters of one byte each: asked without encoding it, which would make a buffer. */
function isAscii(text: string, lettersMax: number): boolean {
  if (text.length > lettersMax) return false;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

/** At most `bytesMax` bytes of UTF-8, never half a character. */
function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || byteLength(text) <= bytesMax) return text;
  return new TextDecoder().decode(encoder.encode(text).slice(0, bytesMax)).replace(/\uFFFD+$/, "");
}
