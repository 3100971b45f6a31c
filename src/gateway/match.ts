/**
 * @module Matching: host → environment, prefix → API, selector → version, method and path → route.
 */
import { isBelow, pathBelow } from "../model/path.ts";
import { Problem } from "../model/problem.ts";
import type { BucketApi, BucketVersion } from "../model/program.ts";
import { successorLink } from "./deprecation.ts";

/** What a call chose of an API. */
export interface Selected {
  /** Null with `problem`, which says why. */
  readonly version: BucketVersion | null;
  readonly problem: Problem | null;
  /** Name of the version that was asked for, or of the default one; empty if there is neither. */
  readonly name: string;
  /** Prefix and, where it stands in the path, version; no closing slash. */
  readonly base: string;
  /** The path below that. */
  readonly path: string;
}

/** The API with the longest prefix that holds `path`; one at the host itself before one at any host. */
export function chooseApi(apis: readonly BucketApi[], host: string, path: string): BucketApi | null {
  let best: BucketApi | null = null;
  for (const api of apis) {
    if ((api.host !== host && api.host !== "*") || !isBelow(path, api.prefix)) continue;
    if (best === null || rank(api) > rank(best)) best = api;
  }
  return best;
}

const rank = (api: BucketApi): number => (api.host === "*" ? 0 : 100_000) + api.prefix.length;

/** The version that a call wants, or version-unknown or version-retired. */
export function selectVersion(
  api: BucketApi,
  path: string,
  { url, headers, portalOrigin }: { readonly url: URL; readonly headers: Headers; readonly portalOrigin: string },
): Selected {
  const below = pathBelow(path, api.prefix);
  const wanted = wantedVersion(api, below, url, headers);
  const name = wanted.name ?? api.defaultVersion ?? "";
  const base = `${api.prefix === "/" ? "" : api.prefix}${wanted.path === below ? "" : `/${name}`}`;
  const version = api.versions.find((one) => one.name === name);
  const problem = problemOf(api, version, name, portalOrigin);
  return { version: problem === null ? (version ?? null) : null, problem, name, base, path: wanted.path };
}

function problemOf(
  api: BucketApi,
  version: BucketVersion | undefined,
  name: string,
  portalOrigin: string,
): Problem | null {
  if (name === "") return unknownVersion(api, "The call names no version, and the API has no default one.");
  if (version === undefined) return unknownVersion(api, `There is no version “${name}”.`);
  return version.state === "retired" || version.state === "draft" ? retired(api, version, portalOrigin) : null;
}

function wantedVersion(
  api: BucketApi,
  below: string,
  url: URL,
  headers: Headers,
): { readonly name: string | null; readonly path: string } {
  const { selector } = api;
  switch (selector.in) {
    case "header":
      return { name: headers.get(selector.name), path: below };
    case "query":
      return { name: url.searchParams.get(selector.name), path: below };
    case "path": {
      const version = api.versions.find(({ name }) => isBelow(below, `/${name}`));
      if (version !== undefined) return { name: version.name, path: pathBelow(below, `/${version.name}`) };
      return { name: null, path: below };
    }
  }
}

/** What callers may choose from: everything that is served. */
function served(api: BucketApi): string {
  const names = api.versions.filter(({ state }) => state !== "retired" && state !== "draft").map(({ name }) => name);
  return names.length === 0 ? "none is served at the moment" : names.join(", ");
}

function unknownVersion(api: BucketApi, what: string): Problem {
  const { selector } = api;
  const where =
    selector.in === "path"
      ? `in the path, as ${api.prefix === "/" ? "" : api.prefix}/<version>/…`
      : `in the ${selector.in === "header" ? "header" : "query parameter"} ${selector.name}`;
  return new Problem("version-unknown", { detail: `${what} Name one ${where}: ${served(api)}.` });
}

function retired(api: BucketApi, version: BucketVersion, portalOrigin: string): Problem {
  const { successor } = version;
  const link = successorLink(api, version, portalOrigin);
  return new Problem("version-retired", {
    detail:
      successor === null
        ? `${api.api.name} ${version.name} is retired. Versions that are served: ${served(api)}.`
        : `${api.api.name} ${version.name} is retired. Use ${successor} instead.`,
    members: successor === null ? {} : { successor },
    headers: link === null ? {} : { Link: link },
  });
}
