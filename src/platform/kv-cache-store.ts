/**
 * @module Kept responses in KV, the store that every location shares. A value is a head and the body behind it:
 * four bytes for the head's length, the head as JSON, the body as it is. So one read brings both, and the body streams.
 *
 * Whether a response is fresh is the policy's to judge; KV's expiry only clears away. Failures are logged and read as
 * nothing kept: a cache may be lost at any time.
 */
import type { CacheEntry, CacheStore } from "../policies/services.ts";

/** Other formats are read as nothing kept. Raise it when the head changes its meaning. */
const format = 1;
/** KV takes no shorter expiry. */
const expirySecondsMin = 60;
/** How long a location believes its own copy, or that there is none: KV's minimum, so that a new entry is seen soon. */
const believedSeconds = 30;
const headBytesMax = 262_144;

interface Head extends Omit<CacheEntry, "body"> {
  readonly format: number;
  /** Null: the response has no body, which is not the same as an empty one. */
  readonly bodyBytes: number | null;
}

export function kvCacheStore(kv: KVNamespace): CacheStore {
  return {
    async get(key) {
      try {
        const value = await kv.get(key, { type: "stream", cacheTtl: believedSeconds });
        return value === null ? null : await entryIn(value);
      } catch (error) {
        lost("read", error);
        return null;
      }
    },
    async put(key, entry, ttlSeconds) {
      try {
        await kv.put(key, await valueOf(entry), { expirationTtl: Math.max(expirySecondsMin, Math.ceil(ttlSeconds)) });
      } catch (error) {
        lost("written", error);
      }
    },
    async delete(key) {
      try {
        await kv.delete(key);
      } catch (error) {
        lost("removed", error);
      }
    },
  };
}

async function entryIn(value: ReadableStream<Uint8Array>): Promise<CacheEntry | null> {
  const reader = value.getReader({ mode: "byob" });
  const size = await exactly(reader, 4);
  const headBytes = size === null ? 0 : new DataView(size.buffer, size.byteOffset, 4).getUint32(0);
  const text = headBytes > 0 && headBytes <= headBytesMax ? await exactly(reader, headBytes) : null;
  const head = text === null ? null : (JSON.parse(new TextDecoder().decode(text)) as Head);
  reader.releaseLock();
  if (head?.format !== format) {
    await value.cancel();
    return null;
  }
  const { format: _format, bodyBytes, ...entry } = head;
  if (bodyBytes === null || bodyBytes === 0) await value.cancel();
  if (bodyBytes === null) return { ...entry, body: null };
  // The stated length survives to the caller, and a value that was cut off fails instead of passing for whole.
  const body = bodyBytes === 0 ? new Uint8Array() : value.pipeThrough(new FixedLengthStream(bodyBytes));
  return { ...entry, body };
}

async function exactly(reader: ReadableStreamBYOBReader, bytes: number): Promise<Uint8Array | null> {
  const { value } = await reader.readAtLeast(bytes, new Uint8Array(bytes));
  return value?.byteLength === bytes ? value : null;
}

async function valueOf({ body, ...entry }: CacheEntry): Promise<Uint8Array> {
  const bytes = body === null || body instanceof Uint8Array ? body : await new Response(body).bytes();
  const head: Head = { format, bodyBytes: bytes?.byteLength ?? null, ...entry };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const value = new Uint8Array(4 + text.byteLength + (bytes?.byteLength ?? 0));
  new DataView(value.buffer).setUint32(0, text.byteLength);
  value.set(text, 4);
  if (bytes !== null) value.set(bytes, 4 + text.byteLength);
  return value;
}

function lost(what: "read" | "written" | "removed", error: unknown): void {
  console.warn(`a kept response could not be ${what}`, error instanceof Error ? error.message : error);
}
