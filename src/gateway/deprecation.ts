/**
 * @module What callers of a version that ends are told: since when it is deprecated (RFC 9745), when it stops answering
 * (RFC 8594) and what follows it (RFC 5829). The operator's word: what an upstream says about it is not passed on.
 */
import type { BucketApi, BucketVersion } from "../model/program.ts";
import { withoutRelations } from "./link-field.ts";

/** What we say, and nobody else. */
const ownRelations = ["deprecation", "sunset", "successor-version"];

/** Sets `Deprecation`, `Sunset` and `Link` on an answer of a deprecated version. */
export function announceDeprecation(
  headers: Headers,
  api: BucketApi,
  version: BucketVersion,
  portalOrigin: string,
): void {
  const { deprecatedAt, sunsetAt } = version;
  if (deprecatedAt !== null) headers.set("Deprecation", `@${Math.floor(deprecatedAt / 1000)}`);
  if (sunsetAt === null) headers.delete("Sunset");
  else headers.set("Sunset", new Date(sunsetAt).toUTCString());
  const links = headers.get("Link");
  if (links !== null) {
    const others = withoutRelations(links, ownRelations);
    if (others === null) headers.delete("Link");
    else headers.set("Link", others);
  }
  const guide = version.guideUrl ?? portalPage(api, version.name, portalOrigin);
  if (guide !== null) {
    headers.append("Link", `<${guide}>; rel="deprecation"; type="text/html"`);
    if (sunsetAt !== null) headers.append("Link", `<${guide}>; rel="sunset"; type="text/html"`);
  }
  const successor = successorLink(api, version, portalOrigin);
  if (successor !== null) headers.append("Link", successor);
}

/**
 * `Link` to the version that follows, or null if none is named: where it answers if it has an address of its own, else its
 * page in the portal, if it has one.
 */
export function successorLink(api: BucketApi, { successor }: BucketVersion, portalOrigin: string): string | null {
  if (successor === null) return null;
  const { selector } = api;
  const prefix = api.prefix === "/" ? "" : api.prefix;
  const address = {
    path: `${prefix}/${successor}`,
    query: selector.in === "query" ? `${api.prefix}?${encodeURIComponent(selector.name)}=${successor}` : null,
    header: portalPage(api, successor, portalOrigin),
    "media-type": portalPage(api, successor, portalOrigin),
    date: portalPage(api, successor, portalOrigin),
  }[selector.in];
  return address === null ? null : `<${address}>; rel="successor-version"`;
}

function portalPage({ api, isPublic }: BucketApi, version: string, portalOrigin: string): string | null {
  return isPublic ? `${portalOrigin}/apis/${api.slug}/${version}` : null;
}
