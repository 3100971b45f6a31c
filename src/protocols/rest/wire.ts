/** @module REST on the wire: refusals are `application/problem+json` (RFC 9457). */
import { problemBody } from "../../model/problem.ts";
import type { Wire } from "../protocol.ts";

const encoder = new TextEncoder();

export const rest: Wire = {
  refuse(problem, { instance, portalOrigin }) {
    const body = encoder.encode(JSON.stringify(problemBody(problem, portalOrigin, instance), null, 2));
    return new Response(body, {
      status: problem.status,
      headers: {
        "cache-control": "no-store",
        ...problem.headers,
        "content-type": "application/problem+json",
        "content-length": String(body.byteLength),
      },
    });
  },
};
