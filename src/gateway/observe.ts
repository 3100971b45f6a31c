/**
 * @module Watching a body on its way to the caller, so that usage is recorded when it ends or the caller is gone.
 *
 * Nothing is buffered or cloned: one chunk is in hand at a time, and the caller's pace is the upstream's. A short body of
 * known length is not watched at all: it leaves in one piece, and its length is known. A known length stays known.
 */
import type { UpstreamTimeouts } from "../model/upstream.ts";

/** Bodies up to this known length are not piped through us. */
const unwatchedBytesMax = 65_536;

/** How a body ended. `bytes` as they passed, still encoded. */
export interface BodyEnd {
  readonly bytes: number;
  readonly aborted: boolean;
}

export interface Observed {
  readonly response: Response;
  /** Resolves once, when the body has ended; never rejects. Null where there was nothing to watch. */
  readonly end: Promise<BodyEnd> | null;
  /** Length of an unwatched body. */
  readonly bytes: number;
}

export function observe(response: Response, timeouts: UpstreamTimeouts, wait: Waiter): Observed {
  const { body } = response;
  if (body === null) return { response, end: null, bytes: 0 };
  const length = contentLength(response.headers);
  if (length !== null && length <= unwatchedBytesMax) return { response, end: null, bytes: length };
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  const encoded = response.headers.has("content-encoding");
  const watched = new Response(readable, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    ...(encoded ? { encodeBody: "manual" as const } : {}),
  });
  return { response: watched, end: pump(body, writable, timeouts, wait), bytes: 0 };
}

/** Sets a timer and returns what clears it. */
export type Waiter = (ms: number, run: () => void) => () => void;

/** From upstream to caller, chunk by chunk. A silence or a whole time that is too long ends both sides. */
async function pump(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  timeouts: UpstreamTimeouts,
  wait: Waiter,
): Promise<BodyEnd> {
  const reader = body.getReader();
  const writer = writable.getWriter();
  let bytes = 0;
  const stop = (why: string): void => {
    const reason = new Error(why);
    void reader.cancel(reason).catch(() => undefined);
    void writer.abort(reason).catch(() => undefined);
  };
  const clearTotal = wait(timeouts.totalMs, () => stop("the answer took longer than totalMs"));
  // The caller may leave while the upstream is silent: the write side says so.
  void writer.closed.catch(() => reader.cancel().catch(() => undefined));
  try {
    for (;;) {
      const clearIdle = wait(timeouts.idleMs, () => stop("the upstream was silent for longer than idleMs"));
      const chunk = await reader.read().finally(clearIdle);
      if (chunk.done) break;
      bytes += chunk.value.byteLength;
      await writer.write(chunk.value);
    }
    await writer.close();
    return { bytes, aborted: false };
  } catch (thrown) {
    await Promise.allSettled([reader.cancel(thrown), writer.abort(thrown)]);
    return { bytes, aborted: true };
  } finally {
    clearTotal();
  }
}

function contentLength(headers: Headers): number | null {
  const value = headers.get("content-length");
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
