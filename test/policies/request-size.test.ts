import { describe, expect, it } from "vitest";
import { Problem } from "../../src/model/problem.ts";
import { requestSize } from "../../src/policies/request-size.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, codeOf, credential, run, servicesOf } from "../support/policy-run.ts";

const config = { bodyBytesMax: 10 };
const sized = (bytes: number) => () =>
  new Request("https://api.example/books", {
    method: "POST",
    headers: { "content-length": String(bytes) },
    body: "x".repeat(bytes),
  });

policyCases({
  definition: requestSize,
  wrong: [
    { config: {}, because: /bodyBytesMax/ },
    { config: { bodyBytesMax: -1 }, because: /bodyBytesMax/ },
    { config: { bodyBytesMax: 1, headersBytesMax: 10 }, because: /headersBytesMax/ },
  ],
  passes: { config },
  refuses: [
    { name: "a body of a stated length above the bound", config, request: sized(11), code: "body-too-large" },
    { name: "any body where none is allowed", config: { bodyBytesMax: 0 }, request: sized(1), code: "body-too-large" },
    {
      name: "headers above their bound",
      config: { ...config, headersBytesMax: 256 },
      request: () => new Request("https://api.example/", { headers: { "x-long": "x".repeat(300) } }),
      code: "headers-too-large",
    },
  ],
});

describe("request-size", () => {
  /** A body that never says how long it is; counts what was taken of it. */
  function endless(chunk: number, chunks: number) {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent === chunks) return controller.close();
          sent += 1;
          controller.enqueue(new Uint8Array(chunk));
        },
      },
      { highWaterMark: 0 },
    );
    return { request: new Request("https://api.example/books", { method: "POST", body }), sent: () => sent };
  }
  const policies = [{ type: "request-size", config }];

  it("passes a body up to the bound", async () => {
    for (const request of [sized(10)(), endless(5, 2).request]) {
      const { response } = await run({
        policies,
        request,
        upstream: async ({ body }) => new Response((await new Response(body).bytes()).byteLength.toString()),
      });
      expect(await response.text()).toBe("10");
    }
  });

  it("cuts a body of unknown length where it passes the bound, and answers 413 for what failed upstream", async () => {
    const { request, sent } = endless(4, 1_000);
    const { response, call } = await run({
      policies,
      request,
      upstream: async ({ body }) => {
        try {
          await new Response(body).bytes();
        } catch (cause) {
          throw new Problem("upstream-unreachable", { detail: "The upload broke.", cause });
        }
        return new Response("all of it");
      },
    });
    expect(response.status).toBe(413);
    expect(await codeOf(response)).toBe("body-too-large");
    expect(call.refusal?.problem.code).toBe("body-too-large");
    expect(call.refusal?.step?.type).toBe("request-size");
    expect(sent()).toBeLessThan(10);
  });

  it("lets an upstream answer before the body ends", async () => {
    const { request } = endless(4, 1_000);
    const { response } = await run({ policies, request, upstream: async () => new Response("early") });
    expect(await response.text()).toBe("early");
  });

  it("looks at headers only if told to", async () => {
    const request = new Request("https://api.example/", { headers: { "x-long": "x".repeat(30_000) } });
    expect((await run({ policies, request, call: callOf() })).response.status).toBe(200);
  });
});

it("does not count a key that was taken before it", async () => {
  const policies = [
    { type: "require-key" },
    { type: "request-size", config: { bodyBytesMax: 0, headersBytesMax: 256 } },
  ];
  const headers = { "x-api-key": "gh_live_good", "x-pad": "a".repeat(235) };
  const { response } = await run({
    policies,
    request: new Request("https://api.example/books", { headers }),
    services: servicesOf({ keys: { gh_live_good: credential } }),
  });
  expect(response.status).toBe(200);
});
