/** Addresses of clients, read strictly: what the libraries guess at (`1`, `010.0.0.1`, zones) is no address here. */
import ipaddr from "ipaddr.js";

export type ClientAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [ClientAddress, number];

/** The address, IPv4-mapped IPv6 as the IPv4 address it stands for; null if it is none. */
export function parseAddress(text: string): ClientAddress | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** A range in CIDR notation, or a single address as the range that holds it alone; null if it is none. */
export function parseRange(text: string): AddressRange | null {
  const [base = "", prefix, ...rest] = text.split("/");
  const address = parseAddress(base);
  if (address === null || rest.length > 0) return null;
  const widest = address.kind() === "ipv4" ? 32 : 128;
  if (prefix === undefined) return [address, widest];
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return null;
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8; a wider one would hold more than mapped addresses.
  const bits = Number(prefix) - (widest === 32 && base.includes(":") ? 96 : 0);
  return bits < 0 || bits > widest ? null : [address, bits];
}

export function inRange(address: ClientAddress, [base, bits]: AddressRange): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/**
 * What stands for one client: an IPv4 address, or the /64 that a site gets in IPv6 (RFC 6177), whose addresses one
 * client may change at will. The empty string if the address is unknown.
 */
export function clientOf(text: string): string {
  const address = parseAddress(text);
  if (address === null) return "";
  return address instanceof ipaddr.IPv4
    ? address.toString()
    : address.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(":");
}
