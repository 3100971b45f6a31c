/**
 * @module Headers on their way to an upstream and back: what concerns one connection stays there (RFC 9110 §7.6.1), what a
 * caller could forge is dropped and set anew (RFC 7239), and a call that has been here before is noticed (RFC 8586).
 */
import type { Call } from "../model/call.ts";
import { recent } from "../model/recent.ts";
import { onwardHeaders } from "../policies/taken-headers.ts";
import type { GatewaySettings } from "./ports.ts";

/** Headers that concern one connection only (RFC 9110 §7.6.1), and what it names beside them. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Headers that only Gatehouse or the platform may speak, and those by which frameworks let a caller claim another address or
 * method than was matched: dropped on the way in, however they are spelt.
 */
const claimed =
  /^(?:forwarded|host|traceparent|expect|http2-settings|true-client-ip|x-(?:forwarded|original|rewrite)-.*|x-(?:cluster-)?client-ip|x-real-ip|x-(?:http-)?method(?:-override)?|cf-.*|gatehouse-.*)$/;

/** Whether a call with these `CDN-Loop` and `Via` has passed this installation before. Empty: not sent. */
export function isLoop(loop: string, via: string, cdnId: string): boolean {
  if (loop !== "" && loop.split(",").some((entry) => entry.split(";", 1)[0]?.trim() === cdnId)) return true;
  return via !== "" && via.split(",").some((entry) => entry.trim().split(" ")[1] === cdnId);
}

/** Names that were judged before: callers send the same few again and again. Long ones are not worth the memory. */
const judged = recent<boolean>(1_000);
const judgedNameMax = 64;

/** Whether a caller's header of this name (lower case) ends here. */
export function staysHere(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const stays = hopByHop.has(name) || claimed.test(name.includes("_") ? name.replaceAll("_", "-") : name);
  if (name.length <= judgedNameMax) judged.set(name, stays);
  return stays;
}

/**
 * The headers of the request to the upstream. `headers` are the caller's, as the policies left them. A copy that is changed:
 * the runtime copies a list in one, but takes a list of pairs apart one by one.
 */
export function requestHeaders(headers: Headers, call: Call, settings: GatewaySettings): Headers {
  const { url, clientAddress } = call;
  const { host } = url;
  const protocol = url.protocol.slice(0, -1);
  const forwarded = onwardHeaders(headers, call);
  const cookie = forwarded.get("cookie");
  const kept = cookie === null ? null : withoutOurCookies(cookie);
  if (kept !== cookie) {
    forwarded.delete("cookie");
    if (kept !== null) forwarded.set("cookie", kept);
  }
  forwarded.set("x-forwarded-host", host);
  forwarded.set("x-forwarded-proto", protocol);
  forwarded.set("forwarded", forwardedOf(clientAddress, host, protocol));
  forwarded.set("traceparent", call.traceparent);
  if (clientAddress !== "") forwarded.set("x-forwarded-for", clientAddress);
  forwarded.append("via", `1.1 ${settings.cdnId}`);
  forwarded.append("cdn-loop", settings.cdnId);
  return forwarded;
}

/** RFC 7239 §4: IPv6 addresses in brackets, and everything that is no token in quotes. */
function forwardedOf(client: string, host: string, protocol: string): string {
  const address = client.includes(":") ? `"[${client}]"` : client;
  const by = address === "" ? "" : `for=${address};`;
  return `${by}host="${host}";proto=${protocol}`;
}

/**
 * Takes out of an answer's headers what concerns the upstream's connection and what is ours to say, in place. Says whether
 * any of the rest is an address.
 */
export function cleanAnswer(headers: Headers): boolean {
  const dropped: string[] = [];
  let holdsAddress = false;
  // By name: each value that is read crosses into the runtime.
  for (const name of headers.keys()) {
    if (name === "connection") dropped.push(...namedByConnection(headers.get(name) ?? ""));
    // `Clear-Site-Data` clears the cookies of the whole site, the console's on a sister host among them.
    if (hopByHop.has(name) || name === "clear-site-data" || name.startsWith("gatehouse-")) dropped.push(name);
    else if (name === "location" || name === "content-location") holdsAddress = true;
  }
  for (const name of dropped) headers.delete(name);
  return holdsAddress;
}

/** What binds a whole origin, ours among it, beyond the answer that carries it. */
const originWide = [
  "alt-svc",
  "nel",
  "report-to",
  "reporting-endpoints",
  "service-worker-allowed",
  "strict-transport-security",
];

/**
 * On a host that console and portal share, what an upstream sends is hostile: a document of its own would run in their
 * origin. The sandbox gives it an origin of its own, and it may register no service worker.
 */
export function sandbox(headers: Headers): void {
  headers.append("content-security-policy", "sandbox");
  for (const name of originWide) headers.delete(name);
}

/** What a `Connection` names beside itself (RFC 9110 §7.6.1); most name nothing. */
export function namedByConnection(connection: string): string[] {
  if (connection === "" || connection.toLowerCase() === "keep-alive") return [];
  const names = connection.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name));
}

/** Browsers take a nameless cookie by its value, so that is looked at too. */
export const isOurCookie = (cookie: string): boolean => /^[\s=]*__host-gatehouse/i.test(cookie);

/** A `Cookie` less those of our own pages; null if nothing is left. Several lines arrive joined by commas. */
function withoutOurCookies(cookie: string): string | null {
  if (!/__host-gatehouse/i.test(cookie)) return cookie;
  const rest = cookie.split(/[;,]/).filter((part) => !isOurCookie(part));
  return rest.length === 0 ? null : rest.join(";").trim();
}
