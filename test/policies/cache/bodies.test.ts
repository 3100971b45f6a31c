import { beforeEach, describe, expect, it } from "vitest";
import { base, gateway, kept, keptKeys, mustNotAsk, reset, services } from "../../support/cache-case.ts";
import { callOf, pipeline, principal, settled } from "../../support/policy-run.ts";

beforeEach(reset);

describe("bodies", () => {
  it("reach the caller chunk by chunk while they are kept", async () => {
    const through = pipeline({ policies: [{ type: "cache" }], services });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const call = callOf({ principal, match: { products: [] } });
    const upstream = async () => new Response(readable, { headers: { "cache-control": "max-age=60" } });
    const { response } = await through(new Request(`${base}/stream`), call, upstream);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (const text of ["one", "two"]) {
      void writer.write(new TextEncoder().encode(text));
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(text);
    }
    void writer.close();
    expect((await reader.read()).done).toBe(true);
    await settled(call);
    expect((await gateway()("/stream", mustNotAsk)).text).toBe("onetwo");
  });

  it.each([
    ["of stated length", (text: string) => kept(text, "max-age=60", { "content-length": "11" })],
    [
      "of unknown length",
      (text: string) =>
        new Response(new Blob([text]).stream().pipeThrough(new TransformStream()), {
          headers: { "cache-control": "max-age=60" },
        }),
    ],
  ])("above the bound %s stream through and are not kept", async (_what, answer) => {
    const get = gateway({ bodyBytesMax: 10 });
    expect((await get("/large", () => answer("x".repeat(11)))).text).toBe("x".repeat(11));
    expect((await get("/large", () => answer("y".repeat(11)))).text).toBe("y".repeat(11));
    expect(await keptKeys()).toHaveLength(0);
  });

  it("that break off are not kept", async () => {
    const through = pipeline({ policies: [{ type: "cache" }], services });
    const call = callOf({ principal, match: { products: [] } });
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("half"));
        queueMicrotask(() => controller.error(new Error("reset")));
      },
    });
    const { response } = await through(
      new Request(`${base}/broken`),
      call,
      async () => new Response(broken, { headers: { "cache-control": "max-age=60" } }),
    );
    await expect(response.text()).rejects.toThrow();
    await settled(call);
    expect(await keptKeys()).toHaveLength(0);
  });

  it("are kept even if the caller leaves", async () => {
    const through = pipeline({ policies: [{ type: "cache" }], services });
    const call = callOf({ principal, match: { products: [] } });
    const { response } = await through(new Request(`${base}/left`), call, async () => kept("whole", "max-age=60"));
    await response.body?.cancel();
    await settled(call);
    expect((await gateway()("/left", mustNotAsk)).text).toBe("whole");
  });

  it("that are compressed are kept as the bytes they are", async () => {
    const packed = await new Response(
      new Blob(["x".repeat(999)]).stream().pipeThrough(new CompressionStream("gzip")),
    ).bytes();
    const through = pipeline({ policies: [{ type: "cache" }], services });
    const get = async () => {
      const call = callOf({ principal, match: { products: [] } });
      const headers = { "cache-control": "max-age=60", "content-encoding": "gzip" };
      const { response } = await through(
        new Request(`${base}/packed`),
        call,
        async () => new Response(packed, { headers, encodeBody: "manual" }),
      );
      const bytes = await response.bytes();
      await settled(call);
      return { bytes, cache: call.cache };
    };
    expect(await get()).toEqual({ bytes: packed, cache: "miss" });
    expect(await get()).toEqual({ bytes: packed, cache: "hit" });
  });
});
