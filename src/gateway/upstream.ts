/**
 * @module The innermost handler: the call to the upstream. Bodies stream both ways; nothing is read here.
 *
 * Compressed bodies pass as the bytes they are (`encodeResponseBody: "manual"`). Redirects are the caller's to follow.
 */
import type { Call } from "../model/call.ts";
import { isBelow } from "../model/path.ts";
import { refusedTarget } from "../model/target-guard.ts";
import { Problem } from "../model/problem.ts";
import type { Target, UpstreamSettings } from "../model/upstream.ts";
import type { Handler } from "../policies/policy.ts";
import { cleanAnswer, requestHeaders } from "./forwarding.ts";
import type { GatewayPorts } from "./ports.ts";
import { shortLength } from "./observe.ts";
import { contentLength, pipeOf, pump, timeoutWaiter } from "./pump.ts";

/** Statuses whose responses never have a body (RFC 9110 §6.4.1); the constructor refuses one. */
const bodiless = new Set([101, 204, 205, 304]);

export function upstreamHandler(targets: readonly Target[], upstream: UpstreamSettings, ports: GatewayPorts): Handler {
  const destinations = targets.map((target) => destinationOf(target, ports));
  return async (request, call) => {
    if (call.preflight)
      throw new Problem("method-not-allowed", { detail: "No policy of this API answers preflights." });
    // What this call stands on may be out of date: nothing irreversible before that is known.
    if (call.moved !== null && (await call.moved)) return new Response(null, { status: 503 });
    const { base, refused } = pick(destinations, call);
    if (refused !== null) {
      throw new Problem("upstream-refused", {
        detail: "The API's upstream is an address that this gateway may not call. Its operator must change it.",
        cause: refused,
      });
    }
    const url = `${base}${call.match.path}${searchOf(request.url)}`;
    const timer = headTimer(upstream.timeouts.firstByteMs);
    const body = upload(request, call, upstream, timer);
    const outgoing: RequestInit = {
      method: request.method,
      headers: requestHeaders(request.headers, call, ports.settings),
      redirect: "manual",
      encodeResponseBody: "manual",
      // Without a body there is no upload to stop, and a signal is dear. A call that was given up ends with the last work
      // behind its response, 20 s later at most.
      ...(body === null ? {} : { body, signal: timer.signal() }),
    };
    const response = await head(url, outgoing, call, timer, ports);
    const { status } = response;
    if (status < 200 || status > 599) {
      call.waitUntil(response.body?.cancel() ?? Promise.resolve());
      throw new Problem("upstream-unreachable", {
        detail: `The API's server answered with the status ${status}, which cannot be passed on.`,
      });
    }
    const isBodiless = bodiless.has(status) || request.method === "HEAD";
    // Status, headers, and whether the body is encoded already, are the upstream's: the runtime copies them in one.
    const answer = new Response(isBodiless ? null : response.body, response);
    if (cleanAnswer(answer.headers)) rewriteLocation(answer.headers, url, base, call);
    return answer;
  };
}

/** A target, read once: its base address without closing slash, and why it may not be called, if so. */
interface Destination {
  readonly base: string;
  readonly weight: number;
  readonly refused: string | null;
}

function destinationOf({ url, weight }: Target, ports: GatewayPorts): Destination {
  const { origin, pathname } = new URL(url);
  return { base: origin + pathname.replace(/\/$/, ""), weight, refused: refusedTarget(new URL(url), ports.settings) };
}

/** Query with its question mark: of the request, because policies may have changed it. */
function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start);
}

/** Tells when the upstream is silent for too long before its answer. */
interface HeadTimer {
  readonly firstByteMs: number;
  /** Resolves to `late` when the wait is over; else never. */
  readonly over: Promise<typeof late>;
  /** Aborts when the wait is over. */
  signal(): AbortSignal;
  /** A piece of the request was sent: the wait begins anew. */
  restart(): void;
  stop(): void;
}

const late = Symbol("late");

function headTimer(firstByteMs: number): HeadTimer {
  const { promise: over, resolve } = Promise.withResolvers<typeof late>();
  let abort: AbortController | null = null;
  const set = () =>
    setTimeout(() => {
      resolve(late);
      abort?.abort(new Error("first byte"));
    }, firstByteMs);
  let timer = set();
  let isOver = false;
  return {
    firstByteMs,
    over,
    signal: () => (abort ??= new AbortController()).signal,
    restart() {
      // An upload may outlast the answer's head: then there is nothing to wait for any more.
      if (isOver) return;
      clearTimeout(timer);
      timer = set();
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** The request's body. A long one is pumped, so that the wait for an answer begins when it has been sent. */
function upload(request: Request, call: Call, { timeouts }: UpstreamSettings, timer: HeadTimer): Request["body"] {
  const { body } = request;
  if (body === null) return null;
  const length = contentLength(request.headers);
  const short = shortLength(length);
  if (short !== null) {
    call.requestBytes = short;
    return body;
  }
  const { readable, writable } = pipeOf(length);
  const count = (bytes: number): void => {
    call.requestBytes = bytes;
    timer.restart();
  };
  call.waitUntil(pump(body, writable, timeouts, timeoutWaiter, count));
  return readable;
}

/** The response's head. `call.upstreamMs` is set whatever happens. */
async function head(
  url: string,
  outgoing: RequestInit,
  call: Call,
  timer: HeadTimer,
  ports: GatewayPorts,
): Promise<Response> {
  const startedAt = ports.now();
  try {
    const asked = ports.fetch(url, outgoing);
    const response = await Promise.race([asked, timer.over]);
    if (response !== late) return response;
    // Nobody reads an answer that comes after all.
    void asked.then(({ body }) => body?.cancel()).catch(() => undefined);
    throw new Problem("upstream-timeout", {
      detail: `The API's server sent no answer within ${timer.firstByteMs} ms. Try again later.`,
    });
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("upstream-unreachable", {
      detail: "The API's server could not be reached, or what it sent is no HTTP response. Try again later.",
      cause: thrown,
    });
  } finally {
    timer.stop();
    call.upstreamMs = Math.max(0, ports.now() - startedAt);
  }
}

/** One of the targets, by weight; the call's id decides, so that a call asked for twice goes the same way. */
function pick(destinations: readonly Destination[], call: Call): Destination {
  const [first] = destinations;
  if (first === undefined) {
    throw new Problem("revision-unusable", { detail: "The API has no upstream target in this environment." });
  }
  if (destinations.length === 1) return first;
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  let hash = 0;
  for (let index = 0; index < call.id.length; index += 1)
    hash = (Math.imul(hash, 31) + call.id.charCodeAt(index)) >>> 0;
  let left = hash % total;
  return destinations.find(({ weight }) => (left -= weight) < 0) ?? first;
}

/** An upstream that points to itself points to us: below its base address is below the address that the caller used. */
function rewriteLocation(headers: Headers, url: string, base: string, call: Call): void {
  for (const name of ["location", "content-location"]) {
    const value = headers.get(name);
    if (value === null || !URL.canParse(value, url)) continue;
    const isRelative = !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(value);
    const target = new URL(value, url);
    const own = new URL(base);
    const path = own.pathname.replace(/\/$/, "");
    if (target.origin !== own.origin || !isBelow(target.pathname, path === "" ? "/" : path)) continue;
    // A relative one that does not begin at the root means the same at both addresses.
    if (isRelative && !value.startsWith("/")) continue;
    const inside = target.pathname.slice(path.length) + target.search + target.hash;
    headers.set(name, `${isRelative ? "" : call.url.origin}${call.match.base}${inside}`);
  }
}
