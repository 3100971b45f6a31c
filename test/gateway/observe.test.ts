import { describe, expect, it } from "vitest";
import { observe } from "../../src/gateway/observe.ts";
import type { Waiter } from "../../src/gateway/pump.ts";

const timeouts = { firstByteMs: 1_000, idleMs: 1_000, totalMs: 10_000 };
const never: Waiter = () => () => undefined;
const large = 100_000;

describe("watching a body", () => {
  it("leaves a short body of known length alone, and no body at all", () => {
    const short = new Response("abc", { headers: { "content-length": "3" } });
    expect(observe(short, timeouts, never)).toEqual({ response: short, end: null, bytes: 3 });
    const empty = new Response(null, { status: 204 });
    expect(observe(empty, timeouts, never)).toEqual({ response: empty, end: null, bytes: 0 });
  });

  it("counts a long body to its last byte, after the last byte has left", async () => {
    const body = new Uint8Array(large).fill(7);
    const source = new Response(body, { headers: { "content-length": String(large) } });
    const { response, end } = observe(source, timeouts, never);
    expect((await response.arrayBuffer()).byteLength).toBe(large);
    expect(await end).toEqual({ bytes: large, aborted: false });
  });

  it("passes a body of unknown length chunk by chunk", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const { response, end } = observe(new Response(readable), timeouts, never);
    const writer = writable.getWriter();
    const reader = response.body?.getReader();
    for (const byte of [1, 2, 3]) {
      const written = writer.write(new Uint8Array([byte]));
      expect((await reader?.read())?.value).toEqual(new Uint8Array([byte]));
      await written;
    }
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
    expect(await end).toEqual({ bytes: 3, aborted: false });
  });

  it("ends both sides when the caller leaves", async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_024)),
      cancel: () => void (cancelled = true),
    });
    const { response, end } = observe(new Response(endless), timeouts, never);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel("gone");
    expect((await end)?.aborted).toBe(true);
    expect(cancelled).toBe(true);
  });

  it("cuts an answer whose upstream breaks off, so that it cannot be taken for a whole one", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
      },
      pull: (controller) => controller.error(new Error("reset")),
    });
    const { response, end } = observe(new Response(broken), timeouts, never);
    await expect(async () => {
      await response.arrayBuffer();
    }).rejects.toThrow();
    expect((await end)?.aborted).toBe(true);
  });

  it("cuts an answer that falls silent for longer than idleMs, and one that takes longer than totalMs", async () => {
    for (const limit of [timeouts.idleMs, timeouts.totalMs]) {
      const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
      const fire: Waiter = (ms, run) => {
        if (ms === limit) queueMicrotask(run);
        return () => undefined;
      };
      const { response, end } = observe(new Response(silent), timeouts, fire);
      await expect(async () => {
        await response.arrayBuffer();
      }).rejects.toThrow();
      expect((await end)?.aborted).toBe(true);
    }
  });
});
