/**
 * @module Watching a body on its way to the caller, so that usage is recorded when it ends or the caller is gone.
 *
 * Nothing is buffered, cloned or delayed. A short body of known length is not watched at all: it leaves in one piece, and
 * its length is known. A known length stays known.
 */
import { contentLength, pipeOf, pump, type BodyEnd, type PumpBounds, type Waiter } from "./pump.ts";

/** Bodies up to this known length are not piped through us: they come in one piece, and the runtime hands them on by itself. */
const unwatchedBytesMax = 16_384;

/** The length of a body that leaves in one piece; null for one that is long, or may be. */
export const shortLength = (length: number | null): number | null =>
  length !== null && length <= unwatchedBytesMax ? length : null;

export interface Observed {
  readonly response: Response;
  /** Resolves once, when the body has ended; never rejects. Null where there was nothing to watch. */
  readonly end: Promise<BodyEnd> | null;
  /** Length of an unwatched body. */
  readonly bytes: number;
}

/** A body that is watched ends when one of `ends` aborts; `progressed` is told the bytes so far. */
export function observe(
  response: Response,
  bounds: PumpBounds,
  wait: Waiter,
  ends: readonly AbortSignal[] = [],
  progressed?: (bytes: number) => void,
): Observed {
  const { body } = response;
  if (body === null) return { response, end: null, bytes: 0 };
  const length = contentLength(response.headers);
  const short = shortLength(length);
  if (short !== null) return { response, end: null, bytes: short };
  const { readable, writable } = pipeOf(length);
  const encoded = response.headers.has("content-encoding");
  const watched = new Response(readable, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    ...(encoded ? { encodeBody: "manual" as const } : {}),
  });
  return { response: watched, end: pump(body, writable, { ...bounds, ends }, wait, progressed), bytes: 0 };
}
