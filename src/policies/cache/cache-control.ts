/** Cache-Control as a map of directives, names in lower case (RFC 9111 §5.2: names are compared without case). */
export type CacheControl = Map<string, string | true>;

const directive = /([^\s,;="]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g;

/** Of a directive that comes twice, the first counts (RFC 9111 §4.2.1). */
export function parseCacheControl(header: string | null): CacheControl {
  const directives: CacheControl = new Map();
  for (const [, name = "", quoted, plain] of (header ?? "").matchAll(directive)) {
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? true);
  }
  return directives;
}

/**
 * The directives in a form that http-cache-semantics reads rightly: it compares names with case and splits at commas within
 * quotes. `no-cache` and `private` lose their field lists, which makes them stricter (RFC 9111 §5.2.2.4 allows it).
 */
export function formatCacheControl(directives: CacheControl): string {
  return [...directives]
    .map(([name, value]) => (typeof value === "string" && /^[\w-]+$/.test(value) ? `${name}=${value}` : name))
    .join(", ");
}

/** A number of seconds, or null if the directive is missing or is no number. */
export function secondsOf(directives: CacheControl, name: string): number | null {
  const value = directives.get(name);
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : null;
}
