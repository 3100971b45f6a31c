/**
 * @module Matching: host → environment, prefix → API, selector → version, method and path → route.
 */
import { isBelow, pathBelow } from "../model/path.ts";
import { Problem } from "../model/problem.ts";
import type { BucketApi, BucketVersion } from "../model/program.ts";
import { announceDeprecation, successorLink } from "./deprecation.ts";
import { wantedVersion } from "./version-selector.ts";

/** What a call chose of an API. */
export interface Selected {
  /** Null with `problem`, which says why. */
  readonly version: BucketVersion | null;
  readonly problem: Problem | null;
  /** Id of the version that was asked for, which may refuse; empty if there is none. */
  readonly id: string;
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

/** What a choice depends on, besides the API and the path. */
export interface Asked {
  readonly url: URL;
  readonly headers: Headers;
  readonly portalOrigin: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The version that a call wants, or version-unknown, version-retired or version-brownout. */
export function selectVersion(api: BucketApi, path: string, asked: Asked): Selected {
  const below = pathBelow(path, api.prefix);
  const wanted = wantedVersion(api, below, asked.url, asked.headers);
  const named = wanted.name ?? api.defaultVersion ?? "";
  const base = `${api.prefix === "/" ? "" : api.prefix}${wanted.path === below ? "" : `/${named}`}`;
  const found = api.versions.find((one) => one.name === named) ?? fallbackOf(api);
  const problem = problemOf(api, found, named, asked);
  const version = problem === null ? (found ?? null) : null;
  return { version, problem, id: found?.id ?? "", name: found?.name ?? named, base, path: wanted.path };
}

/** What answers in place of a version that is not there. */
function fallbackOf({ fallback, defaultVersion, versions }: BucketApi): BucketVersion | undefined {
  return fallback === "default" ? versions.find(({ name }) => name === defaultVersion) : undefined;
}

function problemOf(
  api: BucketApi,
  version: BucketVersion | undefined,
  name: string,
  { portalOrigin, now }: Asked,
): Problem | null {
  if (name === "") return unknownVersion(api, "The call names no version, and the API has no default one.");
  if (version === undefined) return unknownVersion(api, `There is no version “${name}”.`);
  if (version.state === "retired" || version.state === "draft") return retired(api, version, portalOrigin);
  return version.brownouts.length === 0 ? null : brownedOut(api, version, portalOrigin, now);
}

/** The refusal of a call within a brownout; null outside. */
function brownedOut(api: BucketApi, version: BucketVersion, portalOrigin: string, now: number): Problem | null {
  const brownout = version.brownouts.find(({ from, to }) => from <= now && now < to);
  if (brownout === undefined) return null;
  const headers = new Headers({ "Retry-After": String(Math.ceil((brownout.to - now) / 1_000)) });
  announceDeprecation(headers, api, version, portalOrigin);
  const { successor, sunsetAt } = version;
  const end =
    sunsetAt === null ? "will be retired" : `will be retired on ${new Date(sunsetAt).toISOString().slice(0, 10)}`;
  const next = successor === null ? "Move to another version" : `Move to ${successor}`;
  return new Problem("version-brownout", {
    detail: `${api.api.name} ${version.name} ${end}, and pauses until ${new Date(brownout.to).toISOString()} so that its callers notice. ${next} before it ends.`,
    members: successor === null ? {} : { successor },
    headers: Object.fromEntries(headers),
  });
}

/** What callers may choose from: everything that is served. */
function served(api: BucketApi): string {
  const names = api.versions.filter(({ state }) => state !== "retired" && state !== "draft").map(({ name }) => name);
  return names.length === 0 ? "none is served at the moment" : names.join(", ");
}

function unknownVersion(api: BucketApi, what: string): Problem {
  return new Problem("version-unknown", { detail: `${what} Name one ${placeOf(api)}: ${served(api)}.` });
}

/** Where a version is named, in words. */
function placeOf({ selector, prefix }: BucketApi): string {
  switch (selector.in) {
    case "path":
      return `in the path, as ${prefix === "/" ? "" : prefix}/<version>/…`;
    case "header":
      return `in the header ${selector.name}`;
    case "query":
      return `in the query parameter ${selector.name}`;
    case "media-type":
      return selector.vendor === undefined
        ? `in Accept, as application/json;${selector.parameter ?? "version"}=<version>`
        : `in Accept, as application/${selector.vendor}.<version>+json`;
    case "date":
      return `by a date (YYYY-MM-DD) in the header ${selector.name}, of which the newest version up to it answers`;
  }
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
