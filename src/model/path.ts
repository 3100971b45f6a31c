/**
 * @module Paths, made safe to match on: what the gateway matches is byte for byte what the upstream gets, so that no policy
 * can be walked around by writing a path differently (RFC 3986 §6.2.2).
 */

const dotSegment = {
  reason: "It holds a dot segment in disguise (such as “%2e%2e%2f” or “..;”). Write the path that is meant.",
};
const unreserved = /^[A-Za-z0-9._~-]$/;

/**
 * The path in normal form, or the reason why it is refused. Expects a path whose dot segments the URL parser has already
 * removed (`..`, `%2e%2e`). Percent-encoded unreserved characters are decoded, hex digits are upper-cased; `%2F` stays
 * encoded and never separates segments.
 */
export function normalisePath(pathname: string): { readonly path: string } | { readonly reason: string } {
  if (pathname.includes("//")) return { reason: "It has an empty segment (“//”). Write each slash once." };
  if (!pathname.includes("%"))
    return pathname.includes("..;") || pathname.includes("/.;") ? dotSegment : { path: pathname };
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return { reason: "It has a percent sign that starts no valid UTF-8 sequence. Write a literal one as %25." };
  }
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must be found
  if (/[\u0000-\u001f\u007f]/.test(decoded)) return { reason: "It holds a control character. Leave it out." };
  if (/(^|[/\\])\.{1,2}(;[^/\\]*)?([/\\]|$)/.test(decoded)) {
    return dotSegment;
  }
  return {
    path: pathname.replace(/%([0-9A-Fa-f]{2})/g, (encoded, hex: string) => {
      const char = String.fromCharCode(Number.parseInt(hex, 16));
      return unreserved.test(char) ? char : encoded.toUpperCase();
    }),
  };
}

/** Whether `path` is `prefix` or lies below it. `/` holds everything. */
export function isBelow(path: string, prefix: string): boolean {
  return prefix === "/" || path === prefix || (path.startsWith(prefix) && path[prefix.length] === "/");
}

/** The rest of `path` below `prefix`, with its leading slash; `/` if nothing is left. */
export function pathBelow(path: string, prefix: string): string {
  if (prefix === "/") return path;
  return path.length === prefix.length ? "/" : path.slice(prefix.length);
}
