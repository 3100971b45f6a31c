/**
 * @module Opening a call: everything that is decided before anybody knows which API is meant.
 */
import { normalisePath } from "../model/path.ts";
import { Problem } from "../model/problem.ts";
import { isLoop } from "./forwarding.ts";
import type { GatewayPorts } from "./ports.ts";

const urlCharactersMax = 8_192;
const headersBytesMax = 65_536;
const headersMax = 200;

/** A request that may be matched. */
export interface Opened {
  readonly id: string;
  readonly startedAt: number;
  readonly traceparent: string;
  readonly url: URL;
  /** Host without port, lower case. */
  readonly host: string;
  /** Path in normal form. */
  readonly path: string;
  readonly clientAddress: string;
  readonly colo: string;
  readonly country: string;
  readonly lookups: Map<string, Promise<unknown>>;
}

type Platform = { readonly colo?: string; readonly country?: string };

/** Throws the Problem that refuses the request as malformed; the id and the clock are there for its rendering. */
export function openCall(request: Request, url: URL, id: string, ports: GatewayPorts): Opened {
  if (request.url.length > urlCharactersMax) {
    throw new Problem("uri-too-long", {
      detail: `The address has ${request.url.length} characters; ${urlCharactersMax} are taken. Send long input in the body.`,
    });
  }
  const seen = readHeaders(request.headers);
  if (isLoop(seen.loop, seen.via, ports.settings.cdnId)) {
    throw new Problem("loop-detected", {
      detail: "This call has passed this gateway before. The API's operator must point its upstream somewhere else.",
    });
  }
  const normal = normalisePath(url.pathname);
  if ("reason" in normal) throw new Problem("path-malformed", { detail: `The path was not matched. ${normal.reason}` });
  const platform: Platform = (request.cf ?? {}) as Platform;
  return {
    id,
    startedAt: ports.now(),
    traceparent: traceparentOf(seen.traceparent, id),
    url,
    host: url.hostname.toLowerCase(),
    path: normal.path,
    clientAddress: seen.client,
    colo: platform.colo ?? "",
    country: platform.country ?? "",
    lookups: new Map(),
  };
}

/** What the opening needs of the headers, read in one pass: each look-up by name would cost as much again. */
interface HeadersSeen {
  loop: string;
  via: string;
  traceparent: string;
  client: string;
}

function readHeaders(headers: Headers): HeadersSeen {
  const seen: HeadersSeen = { loop: "", via: "", traceparent: "", client: "" };
  let bytes = 0;
  let count = 0;
  for (const [name, value] of headers) {
    bytes += name.length + value.length + 4;
    count += 1;
    if (name === "cdn-loop") seen.loop = value;
    else if (name === "via") seen.via = value;
    else if (name === "traceparent") seen.traceparent = value;
    else if (name === "cf-connecting-ip") seen.client = value;
  }
  if (bytes > headersBytesMax || count > headersMax) {
    throw new Problem("headers-too-large", {
      detail: `The headers hold ${count} fields of ${bytes} bytes; ${headersMax} fields of ${headersBytesMax} bytes are taken.`,
    });
  }
  return seen;
}

/**
 * W3C Trace Context: the caller's trace goes on under a span of ours; without a valid one a trace begins. Both come from
 * the call's id, which is random enough for them.
 */
export function traceparentOf(received: string, id: string): string {
  const hex = hexOf(id);
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(received);
  const span = hex.slice(16);
  if (match?.[1] === undefined || /^0+$/.test(match[1])) return `00-${hex}-${span}-00`;
  return `00-${match[1]}-${span}-${match[3] ?? "00"}`;
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The 128 bits of a ULID in hex. Its 26 letters hold 130: the two highest are zero. */
function hexOf(id: string): string {
  let hex = "";
  let bits = 0;
  let held = -2;
  for (let index = 0; index < id.length; index += 1) {
    bits = (bits << 5) | Math.max(0, crockford.indexOf(id[index] ?? ""));
    held += 5;
    while (held >= 4) {
      held -= 4;
      hex += ((bits >> held) & 15).toString(16);
    }
    bits &= 15;
  }
  return hex;
}
