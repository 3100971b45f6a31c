/** @module REST on the wire: refusals are `application/problem+json` (RFC 9457). */
import { problemBody } from "../../model/problem.ts";
import type { Wire } from "../protocol.ts";

export const rest: Wire = {
  refuse(problem, { instance, portalOrigin }) {
    return new Response(JSON.stringify(problemBody(problem, portalOrigin, instance), null, 2), {
      status: problem.status,
      headers: {
        "cache-control": "no-store",
        ...problem.headers,
        "content-type": "application/problem+json",
      },
    });
  },
};
