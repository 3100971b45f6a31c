/**
 * @module Opening a call: everything that is decided before anybody knows which API is meant.
 */
import { crockford } from "../model/crockford.ts";
import { normalisePath } from "../model/path.ts";
import { Problem } from "../model/problem.ts";
import { isLoop, namedByConnection, staysHere } from "./forwarding.ts";
import type { GatewayPorts } from "./ports.ts";

const urlCharactersMax = 8_192;
const headersBytesMax = 65_536;
const headersMax = 200;

/** A request that may be matched. */
export interface Opened {
  /** As the policies get it: at the path in normal form, without what concerned the caller's connection. */
  readonly request: Request;
  readonly id: string;
  readonly startedAt: number;
  readonly traceparent: string;
  readonly url: URL;
  /** Host without port and closing dot, lower case. */
  readonly host: string;
  /** Path in normal form. */
  readonly path: string;
  readonly clientAddress: string;
  readonly colo: string;
  readonly country: string;
  readonly lookups: Map<string, Promise<unknown>>;
  readonly unforwarded: readonly string[];
}

type Platform = { readonly colo?: string; readonly country?: string };

/** Throws the Problem that refuses the request as malformed; the id and the clock are there for its rendering. */
export function openCall(received: Request, url: URL, id: string, ports: GatewayPorts): Opened {
  if (received.url.length > urlCharactersMax) {
    throw new Problem("uri-too-long", {
      detail: `The address has ${received.url.length} characters; ${urlCharactersMax} are taken. Send long input in the body.`,
    });
  }
  const seen = readHeaders(received.headers);
  if (isLoop(seen.loop, seen.via, ports.settings.cdnId)) {
    throw new Problem("loop-detected", {
      detail: "This call has passed this gateway before. The API's operator must point its upstream somewhere else.",
    });
  }
  const { pathname } = url;
  const normal = normalisePath(pathname);
  if ("reason" in normal) throw new Problem("path-malformed", { detail: `The path was not matched. ${normal.reason}` });
  const platform: Platform = (received.cf ?? {}) as Platform;
  return {
    request: readable(normal.path === pathname ? received : at(normal.path, url, received), seen),
    id,
    startedAt: ports.now(),
    traceparent: traceparentOf(seen.traceparent, id),
    url,
    host: url.hostname.toLowerCase().replace(/\.$/, ""),
    path: normal.path,
    clientAddress: seen.client,
    colo: platform.colo ?? "",
    country: platform.country ?? "",
    lookups: new Map(),
    unforwarded: seen.unforwarded,
  };
}

/** The request at the path in normal form, which `url` then has too. */
function at(path: string, url: URL, request: Request): Request {
  url.pathname = path;
  return new Request(url, request);
}

/** The request itself, unless something about it would be read in two ways further on. */
function readable(received: Request, seen: HeadersSeen): Request {
  const takesNoBody = received.method === "GET" || received.method === "HEAD";
  const request = takesNoBody && received.body !== null ? withoutBody(received) : received;
  const named = namedByConnection(seen.connection);
  if (named.length === 0) return request;
  // What Connection names was meant for us alone, and must not take out what a policy sets under the same name.
  const headers = new Headers(request.headers);
  for (const name of named) headers.delete(name);
  headers.delete("connection");
  return new Request(request, { headers });
}

/** A body of GET or HEAD has no meaning (RFC 9110 §9.3.1) and cannot be sent on; an empty one is none. */
function withoutBody(request: Request): Request {
  if (request.headers.get("content-length") !== "0" || request.headers.has("transfer-encoding")) {
    throw new Problem("request-malformed", {
      detail: `${request.method} takes no body. Leave it out, or use a method that takes one.`,
    });
  }
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  return new Request(request.url, { method: request.method, headers, redirect: "manual", signal: request.signal });
}

/** What the opening needs of the headers, read in one pass: each look-up by name would cost as much again. */
interface HeadersSeen {
  connection: string;
  loop: string;
  via: string;
  traceparent: string;
  client: string;
  readonly unforwarded: string[];
}

function readHeaders(headers: Headers): HeadersSeen {
  const seen: HeadersSeen = { connection: "", loop: "", via: "", traceparent: "", client: "", unforwarded: [] };
  let bytes = 0;
  let count = 0;
  for (const [name, value] of headers) {
    bytes += name.length + value.length + 4;
    count += 1;
    if (staysHere(name)) seen.unforwarded.push(name);
    if (name === "cdn-loop") seen.loop = value;
    else if (name === "via") seen.via = value;
    else if (name === "traceparent") seen.traceparent = value;
    else if (name === "cf-connecting-ip") seen.client = value;
    else if (name === "connection") seen.connection = value;
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
  if (received === "") return `00-${hex}-${hex.slice(16)}-00`;
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(received);
  const span = hex.slice(16);
  if (match?.[1] === undefined || /^0+$/.test(match[1])) return `00-${hex}-${span}-00`;
  return `00-${match[1]}-${span}-${match[3] ?? "00"}`;
}

/** What each letter of a ULID stands for, by its code. */
const letterValues = new Uint8Array(128);
crockford.split("").forEach((letter, value) => (letterValues[letter.charCodeAt(0)] = value));
/** The two hex digits of each byte. */
const byteDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The 128 bits of a ULID in hex. Its 26 letters hold 130, the two highest zero: two letters are a byte, then eight are five. */
function hexOf(id: string): string {
  let hex = bytesOf(bitsOf(id, 0, 2), 1);
  for (let at = 2; at < 26; at += 8) {
    const high = bitsOf(id, at, at + 4);
    const low = bitsOf(id, at + 4, at + 8);
    hex += bytesOf(high >> 4, 2) + bytesOf(((high & 15) << 20) | low, 3);
  }
  return hex;
}

function bitsOf(id: string, from: number, to: number): number {
  let bits = 0;
  for (let at = from; at < to; at += 1) bits = (bits << 5) | (letterValues[id.charCodeAt(at)] ?? 0);
  return bits;
}

function bytesOf(bits: number, count: number): string {
  let hex = "";
  for (let shift = (count - 1) * 8; shift >= 0; shift -= 8) hex += byteDigits[(bits >> shift) & 255] ?? "";
  return hex;
}
