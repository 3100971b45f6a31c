/**
 * @module The pump: bytes from one side to the other, one piece in hand at a time, at the pace of whoever reads.
 */

/** How a body ended. `bytes` as they passed, still encoded. */
export interface BodyEnd {
  readonly bytes: number;
  readonly aborted: boolean;
}

/** Sets a timer and returns what clears it. */
export type Waiter = (ms: number, run: () => void) => () => void;

export const timeoutWaiter: Waiter = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export interface PumpBounds {
  /** Longest silence between two pieces, in ms. */
  readonly idleMs: number;
  /** Longest time for the whole, in ms. */
  readonly totalMs: number;
  /** What ends it early. */
  readonly ends?: readonly AbortSignal[];
}

/** Large enough that a fast body costs few turns, small enough that a slow one costs nothing. */
const pieceBytes = 65_536;

/** A pipe that keeps a known length known. */
export function pipeOf(length: number | null): TransformStream<Uint8Array, Uint8Array> {
  return length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
}

/** The value of a Content-Length, or null where there is none to rely on. */
export function contentLength(headers: Headers): number | null {
  const value = headers.get("content-length");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/**
 * Moves all of `body` into `writable`. A silence or a whole time that is too long, an error on either side and a reader
 * that is gone end both sides. Never rejects. `progressed` is called after each piece, with the bytes so far.
 */
export async function pump(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  bounds: PumpBounds,
  wait: Waiter,
  progressed: (bytes: number) => void = () => undefined,
): Promise<BodyEnd> {
  const read = readerOf(body);
  const writer = writable.getWriter();
  let bytes = 0;
  const stop = (why: string): void => {
    const reason = new Error(why);
    void read.cancel(reason).catch(() => undefined);
    void writer.abort(reason).catch(() => undefined);
  };
  for (const signal of bounds.ends ?? []) {
    if (signal.aborted) stop("the call had to end");
    else signal.addEventListener("abort", () => stop("the call had to end"), { once: true });
  }
  const clearTotal = wait(bounds.totalMs, () => stop("the body took longer than totalMs"));
  // Whoever reads may leave while the source is silent: the write side says so.
  void writer.closed.catch(() => read.cancel().catch(() => undefined));
  try {
    for (;;) {
      const clearIdle = wait(bounds.idleMs, () => stop("the body was silent for longer than idleMs"));
      const piece = await read.next().finally(clearIdle);
      if (piece === null) break;
      bytes += piece.byteLength;
      await writer.write(piece);
      progressed(bytes);
    }
    await writer.close();
    return { bytes, aborted: false };
  } catch (thrown) {
    await Promise.allSettled([read.cancel(thrown), writer.abort(thrown)]);
    return { bytes, aborted: true };
  } finally {
    clearTotal();
  }
}

interface PieceReader {
  /** Null at the end. */
  next(): Promise<Uint8Array | null>;
  cancel(reason?: unknown): Promise<void>;
}

/** Reads into one buffer again and again where the body is a byte stream: no garbage, however long it is. */
function readerOf(body: ReadableStream<Uint8Array>): PieceReader {
  try {
    const reader = body.getReader({ mode: "byob" });
    let buffer = new ArrayBuffer(pieceBytes);
    return {
      async next() {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (value === undefined) return null;
        buffer = value.buffer;
        return done ? null : value;
      },
      cancel: (reason) => reader.cancel(reason),
    };
  } catch {
    const reader = body.getReader();
    return {
      async next() {
        const { done, value } = await reader.read();
        return done ? null : value;
      },
      cancel: (reason) => reader.cancel(reason),
    };
  }
}
