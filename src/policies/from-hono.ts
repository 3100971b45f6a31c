/**
 * Wraps a Hono middleware as a Policy, so that what Hono has need not be written again.
 *
 * One app serves all wrapped middleware: it is built once per isolate, and a call brings its own middleware along. What the
 * middleware throws is thrown on, for the engine to render. WebSocket answers must not pass through here: rebuilding a
 * 101 response drops its socket.
 */
import { Hono, type MiddlewareHandler } from "hono";
import type { Call } from "../model/call.ts";
import type { Handler, Policy } from "./policy.ts";

interface Passage {
  readonly middleware: MiddlewareHandler;
  readonly call: Call;
  readonly next: Handler;
}

export function fromHono(middleware: MiddlewareHandler): Policy {
  return async (request, call, next) => app.fetch(request, { middleware, call, next });
}

const app = new Hono<{ Bindings: Passage }>()
  .use((context, next) => context.env.middleware(context, next))
  .all("*", (context) => context.env.next(context.req.raw, context.env.call))
  .onError((error) => {
    throw error;
  });
