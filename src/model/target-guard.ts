/**
 * @module Which addresses may be an upstream. The same answer when a target is named, at publish and at the call: what is
 * stored may be older than the installation's settings. Names that resolve to private addresses cannot be told here;
 * Cloudflare's network does not route to those.
 */
import ipaddr from "ipaddr.js";

export interface GuardSettings {
  /** Hosts that are Gatehouse's own, in lower case. */
  readonly ownHosts: readonly string[];
  /** Private addresses that upstreams may have nevertheless, as `host:port`. */
  readonly privateUpstreams: readonly string[];
}

/** Why `url` may not be called, or null if it may. */
export function refusedTarget(url: URL, settings: GuardSettings): string | null {
  const host = url.hostname.toLowerCase().replace(/\.+$/, "");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  if (settings.privateUpstreams.includes(`${host}:${port}`)) return null;
  if (settings.ownHosts.includes(host))
    return `${host} is Gatehouse's own host: an upstream would call itself. Name the server of the API`;
  if (isPrivate(host)) {
    return (
      `${url.host} is a private address. The Worker's setting UPSTREAM_PRIVATE must list “${host}:${port}” to allow it; ` +
      "npm start lists there what its file names on this machine"
    );
  }
  return null;
}

function isPrivate(host: string): boolean {
  const isName = !host.startsWith("[") && !/^[\d.]+$/.test(host);
  if (isName && (!host.includes(".") || /\.(?:localhost|local|internal|home\.arpa)$/.test(host))) return true;
  const bare = host.startsWith("[") ? host.slice(1, -1) : host;
  // The URL parser has already turned every spelling of an IPv4 address into four decimal parts.
  if (!ipaddr.isValid(bare) || (!bare.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(bare))) return false;
  const address = ipaddr.process(bare);
  // ::/96 holds IPv4 addresses in a form that ipaddr.js takes for ordinary ones.
  const isCompatible = address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0);
  return isCompatible || address.range() !== "unicast";
}
