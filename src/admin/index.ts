/**
 * @module The management API at /manage/v1: the HTTP face of the areas, for admins, pipelines and the command line.
 *
 * Decides nothing: it finds the route, authenticates, reads the input, chooses the workspace and hands both to the action or
 * query, which checks scope and input. Nothing here knows a binding; the door brings the ports.
 */
import { Hono, type Context as HonoContext } from "hono";
import { ask, perform, performOnce } from "../actions/action.ts";
import { allows } from "../actions/scope.ts";
import { Problem } from "../model/problem.ts";
import { answer } from "./answer.ts";
import { authenticate } from "./authenticate.ts";
import { servedDocument } from "./openapi.ts";
import type { AdminPorts } from "./ports.ts";
import { expectedVersion, onceOf, refuseBlind } from "./preconditions.ts";
import { readInput } from "./read-input.ts";
import { refusal } from "./refusal.ts";
import { requestIdHeader } from "./request-id.ts";
import { basePath, travelOf, type Route } from "./route.ts";
import { resourceBehind } from "./resource-behind.ts";
import { resourcesOf } from "./resources.ts";
import { chooseWorkspace, workspaceHeader } from "./workspace.ts";

export { holderOf } from "./authenticate.ts";
export type { AdminPorts, Caller } from "./ports.ts";

type Frame = { Variables: { requestId: string } };
type Incoming = HonoContext<Frame>;
type Input = Readonly<Record<string, unknown>>;

/** The management API as an app that answers /manage/v1/* and nothing else. Make it once an isolate. */
export function createAdmin(ports: AdminPorts): Hono<Frame> {
  const app = new Hono<Frame>().basePath(basePath);
  app.use("*", async (c, next) => {
    c.set("requestId", ports.makeRequestId());
    await next();
    guardAnswer(c);
  });
  app.onError((thrown, c) => refusal(thrown, c.get("requestId"), ports.portalOrigin));
  app.notFound((c) => refusal(nothingAt(c.req.path), c.get("requestId"), ports.portalOrigin));

  const resources = resourcesOf(ports);
  const routes = resources.flatMap((resource) => resource.routes);
  for (const route of routes)
    app.on(route.method.toUpperCase(), honoPath(route.path), (c) => serve(c, route, routes, ports));
  app.get("/openapi.json", servedDocument(resources));
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(honoPath(path), (c) => otherMethod(c.req.method, methods));
  }
  return app;
}

async function serve(c: Incoming, route: Route, routes: readonly Route[], ports: AdminPorts): Promise<Response> {
  const { does } = route;
  const actor = await authenticate(c.req.header("Authorization"), ports);
  // Without the scope nothing of it is even read: actions and queries refuse for that before they look at their input.
  const input = allows(actor.scopes, does.scope) ? await readInput(c.req, route) : undefined;
  const { workspace, requireIfMatch } = await chooseWorkspace(
    namedWorkspace(c, route, input),
    actor,
    { realm: does.realm ?? "workspace", outlives: route.outlives === true },
    ports.directory,
  );
  const waitUntil = (work: Promise<unknown>): void => c.executionCtx.waitUntil(work);
  const ctx = ports.context({ actor, workspace, requestId: c.get("requestId"), waitUntil });
  const asked = { url: c.req.url, accept: c.req.header("Accept"), parameters: c.req.param() };
  if (does.kind === "query") return answer(route, await ask(does, ctx, input), asked);
  // Whoever lacks the scope is told that first, by the action itself.
  if (input === undefined) return answer(route, await perform(does, ctx, input), asked);
  if (requireIfMatch) refuseBlind(c.req, route);
  const expected = expectedVersion(c.req);
  const options =
    expected === undefined ? {} : { expectedVersion: expected, readTarget: resourceBehind(routes, route, input) };
  const once = await onceOf(c.req, route, input);
  if (once === undefined) return answer(route, await perform(does, ctx, input, options), asked);
  const { output, replayed } = await performOnce(does, ctx, input, once, options);
  const answered = answer(route, output, asked);
  if (replayed) answered.headers.set("Idempotent-Replayed", "true");
  return answered;
}

/** In the path, in the header, or in the input. */
function namedWorkspace(c: Incoming, route: Route, input: Input | undefined): string | undefined {
  if ("workspace" in travelOf(route).beside) return c.req.param("workspace");
  return c.req.header(workspaceHeader) ?? route.workspaceOf?.(input ?? {});
}

/** Nothing here is for a browser to keep, sniff or run, whatever a document contains. */
function guardAnswer(c: Incoming): void {
  c.header(requestIdHeader, c.get("requestId"));
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>([["/openapi.json", ["GET", "HEAD"]]]);
  for (const { path, method } of routes) {
    const own = methods.get(path) ?? [];
    methods.set(path, [...own, ...(method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])]);
  }
  return methods;
}

function otherMethod(method: string, methods: readonly string[]): Response {
  const headers = { Allow: [...methods, "OPTIONS"].join(", ") };
  if (method === "OPTIONS") return new Response(null, { status: 204, headers });
  throw new Problem("method-not-allowed", {
    detail: `${method} is not taken here. Use ${methods.join(" or ")}.`,
    headers,
  });
}

function nothingAt(path: string): Problem {
  return new Problem("resource-not-found", {
    detail: `There is nothing at ${path.slice(0, 200)}. All addresses stand in ${basePath}/openapi.json.`,
  });
}
