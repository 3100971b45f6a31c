import * as z from "zod";
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { definePolicy } from "./policy.ts";

/**
 * Bounds what a caller may send. A body of stated length is decided at once (the runtime holds the caller to it); one
 * without is counted as it streams and cut where it passes the bound.
 */
export const requestSize = definePolicy({
  type: "request-size",
  summary: "Refuses requests whose body or headers are larger than allowed, without holding a body back.",
  config: z.strictObject({
    bodyBytesMax: z.int().min(0).max(5_000_000_000).describe("Most bytes of a request's body; 0 allows none."),
    headersBytesMax: z
      .int()
      .min(256)
      .max(131_072)
      .optional()
      .describe("Most bytes of all request headers together, as they stand in HTTP/1.1."),
  }),
  create({ bodyBytesMax, headersBytesMax }) {
    return async (request, call, next) => {
      if (headersBytesMax !== undefined && headersBytes(request, call) > headersBytesMax) {
        throw new Problem("headers-too-large", {
          detail: `The request's headers may take ${headersBytesMax} bytes. Send fewer or shorter ones.`,
        });
      }
      const length = request.headers.get("content-length");
      if (length !== null && Number(length) > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
      if (request.body === null || length !== null) return next(request, call);

      const bound = boundedTo(bodyBytesMax);
      const body = request.body.pipeThrough(bound.stream);
      const response = await next(new Request(request, { method: request.method, body }), call);
      if (!bound.isPassed()) return response;
      // What cut the upload off reads as a failure of the upstream further in; it was the caller's.
      await response.body?.cancel();
      throw bodyTooLarge(bodyBytesMax);
    };
  },
});

/** Passes bytes through until they exceed `bytesMax`, then fails both ways. */
function boundedTo(bytesMax: number): { stream: TransformStream<Uint8Array, Uint8Array>; isPassed(): boolean } {
  let bytes = 0;
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) throw bodyTooLarge(bytesMax);
      controller.enqueue(chunk);
    },
  });
  return { stream, isPassed: () => bytes > bytesMax };
}

function headersBytes({ headers }: Request, { taken }: Call): number {
  let bytes = 0;
  for (const [name, value] of headers) {
    // `name: value` and the line's end.
    if (!taken.includes(name)) bytes += name.length + value.length + 4;
  }
  return bytes;
}

function bodyTooLarge(bytesMax: number): Problem {
  return new Problem("body-too-large", {
    detail: `The request's body may take ${bytesMax} bytes. Send less, or send it in parts.`,
    members: { bodyBytesMax: bytesMax },
  });
}
