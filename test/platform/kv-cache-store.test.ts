import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { kvCacheStore } from "../../src/platform/kv-cache-store.ts";
import type { CacheEntry } from "../../src/policies/services.ts";

const store = kvCacheStore(env.RESPONSES);
const head: Omit<CacheEntry, "body"> = {
  status: 200,
  headers: [
    ["content-type", "text/plain"],
    ["x-name", "Ünï 😀"],
  ],
  policy: { v: 1, t: 1_800_000_000_000, resh: { age: "3" } },
  sequence: 9,
  tags: ["a", "b"],
  variant: { names: ["accept"], hash: "h", generation: "g" },
};
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
const read = async (entry: CacheEntry | null) => (entry === null ? null : await new Response(entry.body).bytes());

describe("kept responses in KV", () => {
  it.each([0, 1, 5_000, 1_048_576])("gives back what was put: a body of %i bytes", async (length) => {
    await store.put("bytes", { ...head, body: bytes(length) }, 60);
    const entry = await store.get("bytes");
    expect(entry).toEqual({ ...head, body: expect.anything() });
    expect(await read(entry)).toEqual(bytes(length));
  });

  it("reads a stream to its end", async () => {
    await store.put("stream", { ...head, body: new Blob([bytes(300), bytes(200)]).stream() }, 60);
    expect((await read(await store.get("stream")))?.byteLength).toBe(500);
  });

  it("streams a body, with its length known", async () => {
    await store.put("long", { ...head, body: bytes(200_000) }, 60);
    const entry = await store.get("long");
    expect(entry?.body).toBeInstanceOf(ReadableStream);
  });

  it("tells no body from an empty one", async () => {
    await store.put("none", { ...head, body: null }, 60);
    expect((await store.get("none"))?.body).toBeNull();
  });

  it("answers null for what is not there, or removed", async () => {
    expect(await store.get("missing")).toBeNull();
    await store.put("gone", { ...head, body: null }, 60);
    await store.delete("gone");
    expect(await store.get("gone")).toBeNull();
  });

  it("lets KV clear entries away, never sooner than KV can", async () => {
    await store.put("short", { ...head, body: null }, 1);
    await store.put("day", { ...head, body: null }, 86_400);
    const { keys } = await env.RESPONSES.list();
    const lives = (name: string) => (keys.find((key) => key.name === name)?.expiration ?? 0) - Date.now() / 1_000;
    expect(lives("short")).toBeGreaterThan(55);
    expect(lives("short")).toBeLessThan(65);
    expect(lives("day")).toBeGreaterThan(86_390);
  });

  it.each([
    ["nothing", ""],
    ["less than a length", "ab"],
    ["a head that never ends", "\u0000\u0000\u0001\u0000{}"],
    ["an absurd length", "zzzzzz"],
    ["a head that is no JSON", "\u0000\u0000\u0000\u0002{x"],
    ["another format", `\u0000\u0000\u0000\u000c{"format":0}`],
  ])("takes %s for nothing kept", async (_what, value) => {
    await env.RESPONSES.put("junk", value);
    expect(await store.get("junk")).toBeNull();
  });

  it("answers null and loses writes when KV fails", async () => {
    const key = "k".repeat(600); // KV refuses keys over 512 bytes
    await expect(env.RESPONSES.get(key)).rejects.toThrow();
    await store.put(key, { ...head, body: null }, 60);
    expect(await store.get(key)).toBeNull();
    await store.delete(key);
  });

  it("fails a body that was cut off instead of passing it for whole", async () => {
    await store.put("cut", { ...head, body: bytes(1_000) }, 60);
    const whole = await env.RESPONSES.get("cut", "arrayBuffer");
    await env.RESPONSES.put("cut", whole?.slice(0, -100) ?? "");
    await expect(read(await store.get("cut"))).rejects.toThrow();
  });
});
