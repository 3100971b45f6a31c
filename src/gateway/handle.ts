/**
 * @module The data plane: the way of a request, from the door to the last byte (architecture §3).
 *
 * Must not import the management plane: no database, no area, no document tooling. What it serves arrives as programs.
 */
import type { Call, Match } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import type { BucketApi, BucketVersion, RevisionProgram, Route } from "../model/program.ts";
import type { Services } from "../policies/services.ts";
import { wires } from "../protocols/wire.ts";
import { rest } from "../protocols/rest/wire.ts";
import { createAdmission, withCallId } from "./admission.ts";
import type { Engine } from "./compose.ts";
import { createCurrency } from "./currency.ts";
import { createDirectory } from "./directory.ts";
import { instanceOf } from "./explanation.ts";
import { createLeases } from "./leases.ts";
import { selectVersion } from "./match.ts";
import { observe } from "./observe.ts";
import { openCall, type Opened } from "./open.ts";
import type { GatewayPorts } from "./ports.ts";
import { timeoutWaiter } from "./pump.ts";
import { createRegistry } from "./registry.ts";
import { createRoutes } from "./routes.ts";
import { record, usageOf } from "./usage.ts";

type WaitUntil = (work: Promise<unknown>) => void;

/** One isolate's gateway. Made once; holds plain data only, never a promise, between requests. */
export interface Gateway {
  /** `url` is the request's, which the door has parsed already. */
  handle(request: Request, url: URL, waitUntil: WaitUntil): Promise<Response>;
}

/** A call that has been answered, with what its usage is recorded by. */
interface Served {
  readonly response: Response;
  readonly call: Call | null;
  readonly program: RevisionProgram | null;
}

export function createGateway(ports: GatewayPorts): Gateway {
  const currency = createCurrency(ports);
  const directory = createDirectory(ports, currency);
  const registry = createRegistry(ports.source, currency);
  const leases = createLeases(ports);
  const services: Services = {
    directory,
    cache: ports.cache,
    purges: (workspace) => currency.purges(workspace),
    now: () => ports.now(),
  };
  const engine: Engine = { services, admit: createAdmission(leases), refuse: refuseCall };
  const routesOf = createRoutes(engine, ports);

  /** 2 to 4: match, policies, upstream. Answers whatever happens. */
  async function serve(request: Request, opened: Opened, moved: Call["moved"], waitUntil: WaitUntil): Promise<Served> {
    let call: Call | null = null;
    try {
      const api = await registry.locate(opened.host, opened.path);
      if (api === null) throw nothingHere(opened);
      const selected = selectVersion(api, opened.path, opened.url, request.headers);
      const [program, lists] = await Promise.all([
        registry.revision(selected.version.program, selected.version.id),
        registry.lists(api.workspace),
      ]);
      const routes = routesOf({ api, version: selected.version, program, lists });
      const preflight = preflightMethod(request);
      let found = routes.table.find(preflight ?? request.method, selected.path);
      const isPreflight = preflight !== null && found.route !== null && routes.answersPreflight(found.route);
      if (preflight !== null && !isPreflight) found = routes.table.find(request.method, selected.path);
      const parameters = found.route === null ? {} : found.parameters;
      call = callOf(opened, matchOf(api, selected.version, selected.path, program, found.route, parameters), {
        preflight: isPreflight,
        sequence: currency.sequence(),
        moved,
        waitUntil,
      });
      if (found.route === null) throw noRoute(request.method, found.allow);
      const handler = routes.handler(found.route);
      return { response: await handler(request, call), call, program };
    } catch (thrown) {
      const problem = Problem.from(thrown);
      if (call === null) return { response: refuseUnmatched(problem, opened.id), call, program: null };
      call.refusal = { problem, step: null };
      return { response: await refuseCall(problem, call), call, program: null };
    }
  }

  /** 5: what went wrong, in the caller's dialect. The one place where a call's refusals are rendered. */
  async function refuseCall(problem: Problem, call: Call): Promise<Response> {
    if (problem.owner !== "caller") ports.log(problem, call.id);
    const instance = await instanceOf(problem, call, ports.now(), ports.explanations);
    const wire = wires[call.style] ?? rest;
    return wire.refuse(problem, { instance, portalOrigin: ports.settings.portalOrigin });
  }

  function refuseUnmatched(problem: Problem, id: string): Response {
    if (problem.owner !== "caller") ports.log(problem, id);
    const response = rest.refuse(problem, {
      instance: `urn:gatehouse:call:${id}`,
      portalOrigin: ports.settings.portalOrigin,
    });
    return withCallId(response, { id });
  }

  /** 6: the answer leaves as it comes; its usage is recorded when its body has ended. */
  function finish(request: Request, { response, call, program }: Served): Response {
    if (call === null) return response;
    const { status } = response;
    const requestBytes = Number(request.headers.get("content-length") ?? 0) || 0;
    const observed = observe(response, program?.upstream.timeouts ?? defaultTimeouts, timeoutWaiter);
    const ended = (responseBytes: number, aborted: boolean): void => {
      const ending = { status, method: request.method, requestBytes, responseBytes, aborted };
      record(usageOf(call, ending, ports.now()), call, leases, ports);
    };
    if (observed.end === null) ended(observed.bytes, false);
    else call.waitUntil(observed.end.then(({ bytes, aborted }) => ended(bytes, aborted)));
    return withCallId(observed.response, call);
  }

  return {
    async handle(request, url, waitUntil) {
      const id = ports.makeId();
      let opened: Opened;
      try {
        opened = openCall(request, url, id, ports);
      } catch (thrown) {
        return refuseUnmatched(Problem.from(thrown), id);
      }
      const stale = currency.catchUp(waitUntil);
      if (stale === null) return finish(request, await serve(request, opened, null, waitUntil));
      if (currency.root() === null || request.body !== null) {
        // Cold, or with a body that can be sent only once: what the key leads to is read while the signal is waited for.
        const key = presentedKey(request);
        const warmed = key === null ? null : directory.prefetch(key, opened);
        await stale;
        const served = await serve(request, opened, null, waitUntil);
        if (warmed !== null) waitUntil(warmed);
        return finish(request, served);
      }
      const served = await serve(request, opened, stale, waitUntil);
      if (!(await stale)) return finish(request, served);
      return finish(request, await serve(request, opened, null, waitUntil));
    },
  };
}

const defaultTimeouts = { firstByteMs: 30_000, idleMs: 60_000, totalMs: 600_000 };

/** The key that a cold call carries in one of the usual places. A wrong guess costs a look-up that nobody waits for. */
function presentedKey(request: Request): string | null {
  const bearer = /^Bearer (gh_live_\S+)$/i.exec(request.headers.get("authorization") ?? "");
  return bearer?.[1] ?? request.headers.get("x-api-key");
}

/** The method that a CORS preflight asks for, or null if the request is none. */
function preflightMethod(request: Request): string | null {
  if (request.method !== "OPTIONS" || !request.headers.has("origin")) return null;
  return request.headers.get("access-control-request-method");
}

function matchOf(
  api: BucketApi,
  version: BucketVersion,
  path: string,
  program: RevisionProgram,
  route: Route | null,
  parameters: Readonly<Record<string, string>>,
): Match & { readonly style: Call["style"] } {
  return {
    workspace: api.workspace,
    environment: api.environment,
    api: api.api,
    products: api.products,
    version: { id: version.id, name: version.name, state: version.state === "deprecated" ? "deprecated" : "published" },
    revision: program.revision,
    operation: route?.operation ?? "",
    route: route === null ? "" : `${route.method} ${route.path}`,
    parameters,
    path,
    style: program.style,
  };
}

function callOf(
  opened: Opened,
  { style, ...match }: ReturnType<typeof matchOf>,
  rest: Pick<Call, "preflight" | "sequence" | "moved" | "waitUntil">,
): Call {
  return {
    id: opened.id,
    url: opened.url,
    startedAt: opened.startedAt,
    traceparent: opened.traceparent,
    clientAddress: opened.clientAddress,
    colo: opened.colo,
    country: opened.country,
    lookups: opened.lookups,
    style,
    match,
    principal: null,
    subscription: null,
    challenges: [],
    demands: [],
    passage: [],
    refusal: null,
    cache: "",
    ungoverned: false,
    upstreamMs: 0,
    units: 1,
    ...rest,
  };
}

function nothingHere(opened: Opened): Problem {
  return new Problem("route-not-found", {
    detail: `No API is served at ${opened.host} under this path. Check the host, and the prefix and version of the API.`,
  });
}

function noRoute(method: string, allow: readonly string[]): Problem {
  if (allow.length === 0) {
    return new Problem("route-not-found", {
      detail: "The API is here, but it has no operation at this path. Check the path against its reference.",
    });
  }
  return new Problem("method-not-allowed", {
    detail: `This path does not take ${method}. It takes ${allow.join(", ")}.`,
    headers: { Allow: allow.join(", ") },
  });
}
