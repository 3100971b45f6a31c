/** Storing: a response is kept while it streams to its caller, who waits for nothing. */
import type { Call } from "../../model/call.ts";
import type { CacheEntry, CacheStore } from "../services.ts";

/** Say something of this passage, not of the response; `age` and length are made anew when it is answered with. */
const passing = /^(?:age|content-length|(?:x-)?ratelimit(?:-.*)?)$/;
/** Marks of a purge live an hour longer, so that no entry outlives a mark that it must obey. */
const livesSecondsMax = 86_400;

/** Headers as they are kept. */
export function keptHeaders(headers: Headers, now: number): readonly (readonly [string, string])[] {
  const kept = [...headers].filter(([name]) => !passing.test(name));
  // RFC 9110 §6.6.1: a recipient that keeps a response without a date notes when it came.
  return headers.has("date") ? kept : [...kept, ["date", new Date(now).toUTCString()]];
}

/** Whether the head already says that the body is larger than may be kept. */
export function isTooLarge(headers: Headers, bytesMax: number): boolean {
  return Number(headers.get("content-length") ?? 0) > bytesMax;
}

type Body = ReadableStream<Uint8Array> | null;

/**
 * Parts the body into the caller's and one that is kept once it has ended whole, within `bytesMax`. A larger one is let go
 * where it passes the bound, and nothing of it is held.
 */
export function keepWhile(
  body: Body,
  entry: Omit<CacheEntry, "body">,
  to: { readonly store: CacheStore; readonly key: string; readonly seconds: number; readonly bytesMax: number },
  call: Call,
): Body {
  const [toCaller, toStore] = body === null ? [null, null] : body.tee();
  call.waitUntil(keep(toStore, entry, to));
  return toCaller;
}

async function keep(body: Body, entry: Omit<CacheEntry, "body">, to: Parameters<typeof keepWhile>[2]): Promise<void> {
  const bytes = body === null ? null : await collected(body, to.bytesMax);
  if (bytes === undefined) return;
  const length: readonly [string, string][] = bytes === null ? [] : [["content-length", String(bytes.byteLength)]];
  const seconds = Math.min(Math.ceil(to.seconds), livesSecondsMax);
  await to.store.put(to.key, { ...entry, headers: [...entry.headers, ...length], body: bytes }, seconds);
}

/** The whole body, or undefined if it is larger than allowed or breaks off: half a response is none. */
async function collected(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.byteLength;
      if (length > bytesMax) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(part.value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
