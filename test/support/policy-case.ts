/**
 * @module The cases that every policy must stand (architecture §10): refuses a wrong config; passes a good call with the
 * bodies streamed untouched; refuses with the right code and headers; what outer policies see; its service failing.
 */
import { describe, expect, it } from "vitest";
import type { ProblemCode } from "../../src/model/problem.ts";
import type { PolicyDefinition } from "../../src/policies/policy.ts";
import type { Services } from "../../src/policies/services.ts";
import { callOf, type CallOptions, codeOf, failingServices, type Run, run } from "./policy-run.ts";

export interface PolicyCase {
  readonly definition: PolicyDefinition;
  /** Configs that must be refused, each with a word of the reason. */
  readonly wrong: readonly { readonly config: unknown; readonly because: RegExp }[];
  /** A config and call that pass. */
  readonly passes: Omit<Attempt, "name">;
  readonly refuses: readonly (Attempt & { readonly code: ProblemCode; readonly headers?: Record<string, RegExp> })[];
  /** What the caller gets while the policy's services fail: a refusal, or null if the call passes. None: it uses none. */
  readonly failing?: readonly (Attempt & { readonly code: ProblemCode | null })[];
}

export interface Attempt {
  readonly name: string;
  readonly config?: unknown;
  readonly request?: () => Request;
  readonly call?: CallOptions;
  readonly services?: Services;
}

export function policyCases({ definition, wrong, passes, refuses, failing = [] }: PolicyCase): void {
  const { type } = definition;
  const attempt = ({ config = {}, request, call, services }: Omit<Attempt, "name">, outer: Run["policies"] = []) =>
    run({
      policies: [...outer, { type, config }],
      ...(request === undefined ? {} : { request: request() }),
      call: callOf(call),
      ...(services === undefined ? {} : { services }),
    });

  describe(`${type}: the common cases`, () => {
    it.each(wrong)("refuses the config $config", ({ config, because }) => {
      const result = definition.config.safeParse(config);
      expect(result.success).toBe(false);
      expect(JSON.stringify(result.error?.issues)).toMatch(because);
    });

    it("refuses fields that it does not know", () => {
      const config = { ...(passes.config as object | undefined), surprise: 1 };
      expect(definition.config.safeParse(config).success).toBe(false);
    });

    it("passes a good call with both bodies streamed untouched", () => streams({ definition, passes }));

    it.each(refuses)("refuses $name", async ({ code, headers = {}, ...rest }) => {
      const { response, seen, call } = await attempt(rest);
      expect(await codeOf(response)).toBe(code);
      expect(call.refusal?.problem.code).toBe(code);
      expect(call.refusal?.step?.type).toBe(type);
      expect(seen).toHaveLength(0);
      for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toMatch(value);
    });

    it.each(refuses)("lets outer policies mark the refusal of $name", async (one) => {
      const { response } = await attempt(one, [
        { type: "response-headers", config: { set: { "x-outer": "was here" } } },
      ]);
      expect(response.headers.get("x-outer")).toBe("was here");
      expect(await codeOf(response)).toBe(one.code);
    });

    it.each(failing)("with its services failing: $name", async ({ code, services = failingServices, ...rest }) => {
      const { response, seen } = await attempt({ ...rest, services });
      expect(seen).toHaveLength(code === null ? 1 : 0);
      if (code !== null) expect(await codeOf(response)).toBe(code);
    });
  });
}

/** Each chunk must come out before the next one goes in, in both directions, byte for byte. */
async function streams({ definition, passes }: Pick<PolicyCase, "definition" | "passes">): Promise<void> {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  const [sending, answering] = [up.writable.getWriter(), down.writable.getWriter()];
  const template = passes.request?.() ?? new Request("https://api.example/books");
  const request = new Request(template, { method: "POST", body: up.readable });
  const received = Promise.withResolvers<ReadableStreamDefaultReader<Uint8Array>>();
  const { response } = await run({
    policies: [{ type: definition.type, config: passes.config }],
    request,
    call: callOf(passes.call),
    ...(passes.services === undefined ? {} : { services: passes.services }),
    upstream: async ({ body }) => {
      received.resolve((body as ReadableStream<Uint8Array>).getReader());
      return new Response(down.readable, { headers: { "content-type": "application/octet-stream" } });
    },
  });
  const receiving = await received.promise;
  const reading = (response.body as ReadableStream<Uint8Array>).getReader();
  for (const chunk of [new Uint8Array([0, 1, 255]), new Uint8Array([254, 0])]) {
    void sending.write(chunk.slice());
    expect((await receiving.read()).value).toEqual(chunk);
    void answering.write(chunk.slice());
    expect((await reading.read()).value).toEqual(chunk);
  }
  void sending.close();
  void answering.close();
  expect((await receiving.read()).done).toBe(true);
  expect((await reading.read()).done).toBe(true);
  expect(response.status).toBe(200);
}
