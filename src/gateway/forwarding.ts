/**
 * @module Headers on their way to an upstream and back: what concerns one connection stays there (RFC 9110 §7.6.1), what a
 * caller could forge is dropped and set anew (RFC 7239), and a call that has been here before is noticed (RFC 8586).
 */
import type { Call } from "../model/call.ts";
import type { GatewaySettings } from "./ports.ts";

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers that only Gatehouse or the platform may speak: dropped on the way in, whoever sent them. */
const reserved = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-real-ip",
  "true-client-ip",
  "x-client-ip",
  "x-cluster-client-ip",
];

const ours = /^(?:gatehouse-|cf-)/;

/** Whether a call has passed this installation before. */
export function isLoop(headers: Headers, cdnId: string): boolean {
  const loop = headers.get("cdn-loop");
  if (loop !== null && loop.split(",").some((entry) => entry.split(";", 1)[0]?.trim() === cdnId)) return true;
  const via = headers.get("via");
  return via !== null && via.split(",").some((entry) => entry.trim().split(" ")[1] === cdnId);
}

/** The headers of the request to the upstream. `headers` are the caller's, as the policies left them. */
export function requestHeaders(headers: Headers, call: Call, settings: GatewaySettings): Headers {
  const forwarded = new Headers(headers);
  dropHopByHop(forwarded, headers);
  for (const name of reserved) forwarded.delete(name);
  for (const [name] of headers) if (ours.test(name)) forwarded.delete(name);
  forwarded.delete("host");
  withoutOurCookies(forwarded);
  const { url } = call;
  const protocol = url.protocol.slice(0, -1);
  if (call.clientAddress !== "") forwarded.set("x-forwarded-for", call.clientAddress);
  forwarded.set("x-forwarded-host", url.host);
  forwarded.set("x-forwarded-proto", protocol);
  forwarded.set("forwarded", forwardedOf(call.clientAddress, url.host, protocol));
  forwarded.append("via", `1.1 ${settings.cdnId}`);
  forwarded.append("cdn-loop", settings.cdnId);
  forwarded.set("traceparent", call.traceparent);
  return forwarded;
}

/** RFC 7239 §4: IPv6 addresses in brackets, and everything that is no token in quotes. */
function forwardedOf(client: string, host: string, protocol: string): string {
  const address = client.includes(":") ? `"[${client}]"` : client;
  const by = address === "" ? "" : `for=${address};`;
  return `${by}host="${host}";proto=${protocol}`;
}

/** The headers of the answer to the caller: the upstream's, less what concerns its connection. */
export function responseHeaders(headers: Headers, settings: GatewaySettings): Headers {
  const answered = new Headers(headers);
  dropHopByHop(answered, headers);
  for (const [name] of headers) if (name.startsWith("gatehouse-")) answered.delete(name);
  // Clears the cookies of the whole site, the console's on a sister host among them.
  answered.delete("clear-site-data");
  const cookies = headers.getSetCookie();
  if (cookies.some(isOurCookie)) {
    answered.delete("set-cookie");
    for (const cookie of cookies) if (!isOurCookie(cookie)) answered.append("set-cookie", cookie);
  }
  if (settings.sharedHost) sandbox(answered);
  return answered;
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
function sandbox(headers: Headers): void {
  headers.append("content-security-policy", "sandbox");
  for (const name of originWide) headers.delete(name);
}

function dropHopByHop(target: Headers, source: Headers): void {
  const named = source.get("connection");
  if (named !== null) {
    for (const name of named.split(","))
      if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name.trim())) target.delete(name.trim());
  }
  for (const name of hopByHop) target.delete(name);
}

const isOurCookie = (cookie: string): boolean => cookie.trimStart().toLowerCase().startsWith("__host-gatehouse");

function withoutOurCookies(headers: Headers): void {
  const cookie = headers.get("cookie");
  if (cookie === null || !cookie.toLowerCase().includes("__host-gatehouse")) return;
  const rest = cookie.split(";").filter((part) => !isOurCookie(part));
  if (rest.length === 0) headers.delete("cookie");
  else headers.set("cookie", rest.join(";").trim());
}
