/**
 * @module The data plane: the way of a request, from the door to the last byte (architecture §3).
 *
 * Must not import the management plane: no database, no area, no document tooling. What it serves arrives as programs.
 */
import type { Call } from "../model/call.ts";
import { isInCanary } from "../model/canary.ts";
import { Problem } from "../model/problem.ts";
import type { BucketVersion } from "../model/program.ts";
import { whenThere, type Warm } from "../model/warm.ts";
import type { Services } from "../policies/services.ts";
import { rest } from "../protocols/rest/wire.ts";
import { wires } from "../protocols/wire.ts";
import { createAdmission, withCallId } from "./admission.ts";
import type { Engine } from "./compose.ts";
import { createCurrency, purgesOf, type Moved } from "./currency.ts";
import { announceDeprecation } from "./deprecation.ts";
import { createDirectory } from "./directory.ts";
import { instanceOf } from "./explanation.ts";
import { findRoute, noRoute, nowhere } from "./find-route.ts";
import { isOurCookie, sandbox } from "./forwarding.ts";
import { createLeases } from "./leases.ts";
import { selectVersion } from "./match.ts";
import { callOf, type Matched } from "./matched.ts";
import { observe } from "./observe.ts";
import { openCall, type Opened } from "./open.ts";
import { createOwnLimits, limitsPath } from "./own-limits.ts";
import type { GatewayPorts } from "./ports.ts";
import { timeoutWaiter } from "./pump.ts";
import { createRegistry } from "./registry.ts";
import { createRoutes, type Ground } from "./routes.ts";
import { createTail } from "./tail.ts";
import { record, usageOf } from "./usage.ts";
import { selectingHeaders } from "./version-selector.ts";

type WaitUntil = (work: Promise<unknown>) => void;

/** One isolate's gateway. Made once; holds plain data only, never a promise, between requests. */
export interface Gateway {
  /** `url` is the request's, which the door has parsed already; it is the call's from now on. */
  handle(request: Request, url: URL, waitUntil: WaitUntil): Promise<Response>;
}

/** A call that has been answered, with what it stood on. */
interface Served {
  readonly response: Response;
  readonly call: Call | null;
  readonly ground: Ground | null;
}

const versionHeader = "gatehouse-version";
const defaultBounds = { firstByteMs: 30_000, idleMs: 60_000, totalMs: 600_000 };

export function createGateway(ports: GatewayPorts): Gateway {
  const currency = createCurrency(ports);
  const directory = createDirectory(ports, currency);
  const registry = createRegistry(ports.source, currency);
  const leases = createLeases(ports);
  const tail = createTail(ports, currency);
  const services: Services = {
    directory,
    cache: ports.cache,
    purges: (workspace) => currency.purges(workspace),
    now: () => ports.now(),
  };
  const engine: Engine = { services, admit: createAdmission(leases, (ms) => ports.wait(ms)), refuse: refuseCall };
  const routesOf = createRoutes(engine, ports);
  const ownLimits = createOwnLimits(directory, ports);

  /** 2 to 4: match, policies, upstream. Answers whatever happens. */
  async function serve(opened: Opened, stale: Promise<Moved> | null, waitUntil: WaitUntil): Promise<Served> {
    let call: Call | null = null;
    let ground: Ground | null = null;
    try {
      const { request } = opened;
      const api = await registry.locate(opened.host, opened.path);
      if (api === null) throw nothingHere(opened);
      const { portalOrigin } = ports.settings;
      const asked = { url: opened.url, headers: request.headers, portalOrigin, now: opened.startedAt };
      const selected = selectVersion(api, opened.path, asked);
      const surroundings = { sequence: currency.sequence(), waitUntil };
      if (selected.version === null) {
        call = callOf(opened, { api, selected, program: null, ...nowhere }, surroundings);
        throw selected.problem ?? nothingHere(opened);
      }
      const chosen = isInCanaryOf(selected.version, opened);
      const isCanary = chosen instanceof Promise ? await chosen : chosen;
      const here = await groundOf(api, selected.version, isCanary);
      ground = here;
      const { route, parameters, preflight, allow } = findRoute(routesOf(here), request, selected.path);
      const matched: Matched = { api, selected, program: here.program, route, parameters, preflight };
      const opening = callOf(opened, matched, surroundings);
      call = opening;
      if (stale !== null)
        opening.moved = stale
          .then((moved) => hasMoved(moved, opened, opening, here))
          // What cannot be read now may have moved: the call is served anew, and refused there with the reason.
          .catch(() => true);
      if (route === null) throw noRoute(request.method, allow);
      // Beside who is calling, not behind it. Whoever needs one asks again, and refuses if it cannot be had.
      for (const name of routesOf(here).secrets) waitUntil(settled(directory.secret(name, opening)));
      return { response: await routesOf(here).handler(route)(request, opening), call, ground };
    } catch (thrown) {
      const problem = Problem.from(thrown);
      if (opened.path === limitsPath && isUnrouted(problem)) {
        return { response: await tellLimits(opened), call: null, ground: null };
      }
      if (call === null) return { response: refuseUnmatched(problem, opened.id), call, ground };
      call.refusal = { problem, step: null };
      return { response: await refuseCall(problem, call), call, ground };
    }
  }

  /** No API has this address for itself: whoever has a key is told what is left. */
  async function tellLimits(opened: Opened): Promise<Response> {
    try {
      const lookup = { ...opened, moved: null, stoodOn: [] };
      return withCallId(await ownLimits.answer(opened.request, presentedKey(opened), lookup), opened);
    } catch (thrown) {
      return refuseUnmatched(Problem.from(thrown), opened.id);
    }
  }

  /** Sticky by application, and by address for whoever shows no key of ours. Only versions with a canary cost a look. */
  function isInCanaryOf({ canary }: BucketVersion, opened: Opened): Warm<boolean> {
    if (canary === null) return false;
    const inIt = (caller: string): boolean => isInCanary(caller, canary.revision, canary.percent);
    const key = presentedKey(opened);
    const application = key === null ? null : directory.applicationOf(key, { ...opened, moved: null, stoodOn: [] });
    return whenThere(application, (id) => inIt(id ?? opened.clientAddress));
  }

  function groundOf(api: Ground["api"], version: BucketVersion, isCanary: boolean): Warm<Ground> {
    const { canary } = version;
    const program =
      isCanary && canary !== null
        ? registry.revision(canary.program, `${version.id} canary`)
        : registry.revision(version.program, version.id);
    const lists = registry.lists(api.workspace);
    if (program instanceof Promise || lists instanceof Promise) {
      return Promise.all([program, lists]).then(([read, listed]) => ({
        api,
        version,
        program: read,
        lists: listed,
        isCanary,
      }));
    }
    return { api, version, program, lists, isCanary };
  }

  /** Whether anything that the call has stood on so far is another by now. */
  async function hasMoved({ root, names }: Moved, opened: Opened, call: Call, ground: Ground): Promise<boolean> {
    if (names === "all" || names.has(purgesOf(call.match.workspace))) return true;
    if (call.stoodOn.some((key) => names.has(key))) return true;
    if (!root) return false;
    const api = await registry.locate(opened.host, opened.path);
    const lists = await registry.lists(ground.api.workspace);
    return api !== ground.api || lists.global !== ground.lists.global || lists.workspace !== ground.lists.workspace;
  }

  /** 5: what went wrong, in the caller's dialect. The one place where a call's refusals are rendered. */
  async function refuseCall(problem: Problem, call: Call): Promise<Response> {
    if (problem.owner !== "caller") ports.log(problem, call.id);
    const instance = await instanceOf(problem, call, ports.now(), ports.explanations);
    return (wires[call.style] ?? rest).refuse(problem, { instance, portalOrigin: ports.settings.portalOrigin });
  }

  function refuseUnmatched(problem: Problem, id: string): Response {
    if (problem.owner !== "caller") ports.log(problem, id);
    const instance = `urn:gatehouse:call:${id}`;
    return withCallId(rest.refuse(problem, { instance, portalOrigin: ports.settings.portalOrigin }), { id });
  }

  /** 6: the answer leaves as it comes; its usage is recorded when its body has ended. */
  function finish({ request }: Opened, { response, call, ground }: Served): Response {
    if (call === null) return response;
    protectOurs(response.headers);
    if (ground !== null && ground.api.selector.in !== "path") tellVersion(response.headers, ground);
    if (ground?.version.state === "deprecated")
      announceDeprecation(response.headers, ground.api, ground.version, ports.settings.portalOrigin);
    if (request.method === "HEAD" && response.body !== null) return finishHead(response, call);
    const bounds = ground?.program.upstream.timeouts ?? defaultBounds;
    const observed = observe(
      response,
      bounds,
      timeoutWaiter,
      call.holdings.map(({ lost }) => lost),
      progressOf(call, response.status),
    );
    if (observed.end === null) ended(call, request.method, response.status, observed.bytes, false);
    else {
      const end = observed.end.then(({ bytes, aborted }) => {
        ended(call, request.method, response.status, bytes, aborted);
      });
      call.waitUntil(end);
    }
    return withCallId(observed.response, call);
  }

  /** Only a call that holds units for a cost that may grow with its body is followed on its way. */
  function progressOf(call: Call, status: number): ((responseBytes: number) => void) | undefined {
    if (call.costOf === null || call.holdings.length === 0) return undefined;
    const soFar = { status, requestBytes: call.requestBytes, responseBytes: 0 };
    call.soFar = soFar;
    return (responseBytes) => {
      soFar.requestBytes = call.requestBytes;
      soFar.responseBytes = responseBytes;
    };
  }

  /** A refusal, or a policy's own answer, with a body that HEAD does not get. */
  function finishHead(response: Response, call: Call): Response {
    ended(call, "HEAD", response.status, 0, false);
    return withCallId(new Response(null, response), call);
  }

  function ended(call: Call, method: string, status: number, responseBytes: number, aborted: boolean): void {
    const { requestBytes } = call;
    if (call.costOf !== null) call.units = call.costOf({ status, requestBytes, responseBytes });
    for (const holding of call.holdings) holding.end(call.units);
    const usage = usageOf(call, { method, status, responseBytes, aborted }, ports.now());
    record(usage, call, leases, ports);
    tail.note(usage, call);
  }

  /** What an upstream or a policy says may not reach our own pages: cookies on any host, the whole origin on a shared one. */
  function protectOurs(headers: Headers): void {
    const cookies = headers.has("set-cookie") ? headers.getSetCookie() : [];
    if (cookies.some(isOurCookie)) {
      headers.delete("set-cookie");
      for (const cookie of cookies) if (!isOurCookie(cookie)) headers.append("set-cookie", cookie);
    }
    if (ports.settings.sharedHost) sandbox(headers);
  }

  /** Serves while the Beacon is asked. If what the call stood on has moved, takes back what it took, and serves anew. */
  async function serveSpeculatively(opened: Opened, stale: Promise<Moved>, waitUntil: WaitUntil): Promise<Served> {
    const served = await serve(opened, stale, waitUntil);
    const { call, response } = served;
    const moved = call?.moved == null ? isAnything(await stale) : await call.moved;
    if (!moved) return served;
    for (const giveBack of call?.undo ?? []) giveBack();
    waitUntil(response.body?.cancel() ?? Promise.resolve());
    return serve(opened, null, waitUntil);
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
      if (stale === null) return finish(opened, await serve(opened, null, waitUntil));
      if (currency.root() !== null && opened.request.body === null) {
        return finish(opened, await serveSpeculatively(opened, stale, waitUntil));
      }
      // Cold, or with a body that can be sent only once: what the key leads to is read while the signal is waited for.
      const key = presentedKey(opened);
      if (key !== null) waitUntil(directory.prefetch(key, { ...opened, moved: null, stoodOn: [] }));
      await stale;
      return finish(opened, await serve(opened, null, waitUntil));
    },
  };
}

/** Which version it is that answers, where the address does not say it, and by which headers another would have. */
function tellVersion(headers: Headers, { api, version }: Ground): void {
  for (const name of selectingHeaders(api.selector)) headers.append("vary", name);
  headers.set(versionHeader, version.name);
}

async function settled(read: Warm<unknown>): Promise<void> {
  await Promise.resolve(read).catch(() => undefined);
}

const isUnrouted = ({ code }: Problem): boolean => code === "route-not-found" || code === "version-unknown";

const isAnything = ({ root, names }: Moved): boolean => root || names === "all" || names.size > 0;

/** Whatever in a cold call looks like a key of ours: a wrong guess costs a look-up that nobody waits for. */
function presentedKey({ request }: Opened): string | null {
  for (const [, value] of request.headers) {
    const found = /^(?:bearer )?(gh_live_\S+)$/i.exec(value)?.[1];
    if (found !== undefined) return found;
  }
  return /[?&][^=&]*=(gh_live_\w+)/.exec(request.url)?.[1] ?? null;
}

function nothingHere(opened: Opened): Problem {
  return new Problem("route-not-found", {
    detail: `No API is served at ${opened.host} under this path. Check the host, and the prefix and version of the API.`,
  });
}
