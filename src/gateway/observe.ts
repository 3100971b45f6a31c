/**
 * @module Watching a body on its way to the caller, so that usage is recorded when it ends or the caller is gone.
 *
 * Nothing is buffered, cloned or delayed. A short body of known length is not watched at all: it leaves in one piece, and
 * its length is known. A known length stays known.
 */
import { contentLength, pipeOf, pump, type BodyEnd, type PumpBounds, type Waiter } from "./pump.ts";

/** Bodies up to this known length are not piped through us: they come in one piece, and the runtime hands them on by itself. */
const unwatchedBytesMax = 16_384;

/** Whether a body of this length leaves in one piece. One of unknown length (null) may be long. */
export const isShort = (length: number | null): boolean => length !== null && length <= unwatchedBytesMax;

export interface Observed {
  readonly response: Response;
  /** Resolves once, when the body has ended; never rejects. Null where there was nothing to watch. */
  readonly end: Promise<BodyEnd> | null;
  /** Length of an unwatched body. */
  readonly bytes: number;
}

export function observe(response: Response, bounds: PumpBounds, wait: Waiter): Observed {
  const { body } = response;
  if (body === null) return { response, end: null, bytes: 0 };
  const length = contentLength(response.headers);
  if (isShort(length)) return { response, end: null, bytes: length ?? 0 };
  const { readable, writable } = pipeOf(length);
  const encoded = response.headers.has("content-encoding");
  const watched = new Response(readable, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    ...(encoded ? { encodeBody: "manual" as const } : {}),
  });
  return { response: watched, end: pump(body, writable, bounds, wait), bytes: 0 };
}
