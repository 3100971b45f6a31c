/**
 * @module What a portal offers to a visitor: APIs that are public and stand in a product, with the versions that answer or once
 * did. Drafts, private APIs and upstream addresses have no place in these shapes.
 */
import type { Deprecation } from "../model/deprecation.ts";
import { windowMsOf, type PlanLimits } from "../model/limit.ts";
import type { Style, VersionSelector, VersionState } from "../model/program.ts";
import type { Operation } from "../model/revision.ts";

export interface OfferedVersion {
  readonly name: string;
  readonly state: Exclude<VersionState, "draft">;
  /** Epoch ms of the publication that is live. */
  readonly since: number | null;
  /** Name of the version that follows. */
  readonly successor: string | null;
  readonly deprecation: Deprecation;
}

export interface OfferedApi {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly style: Style;
  readonly prefix: string;
  readonly selector: VersionSelector;
  /** Newest first. */
  readonly versions: readonly OfferedVersion[];
}

export interface OfferedPlan {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly limits: PlanLimits;
}

export interface OfferedProduct {
  readonly name: string;
  readonly description: string;
  /** Slugs of its APIs. */
  readonly apis: readonly string[];
  readonly plans: readonly OfferedPlan[];
}

export interface Offer {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly apis: readonly OfferedApi[];
  readonly products: readonly OfferedProduct[];
  /** Where calls go, without path: `https://api.example.com`. */
  readonly gateway: string;
}

/** The version that a newcomer should take: the newest that is published, else the newest that answers. */
export function recommended(api: OfferedApi): OfferedVersion | undefined {
  return (
    api.versions.find((version) => version.state === "published") ??
    api.versions.find((version) => version.state === "deprecated")
  );
}

/** Plans as one reads them: the tightest rate first, those without any last. */
export function bySize(plans: readonly OfferedPlan[]): readonly OfferedPlan[] {
  const sized = plans.map((plan) => ({ plan, rate: rateOf(plan) }));
  sized.sort((one, other) =>
    one.rate === other.rate ? one.plan.name.localeCompare(other.plan.name) : one.rate < other.rate ? -1 : 1,
  );
  return sized.map(({ plan }) => plan);
}

/** Calls a ms that a plan lets through in the long run, by its rates alone. */
function rateOf({ limits: { limits } }: OfferedPlan): number {
  const rates = limits.map((limit) => limit.callsMax / (windowMsOf(limit) ?? 0));
  return Math.min(Number.POSITIVE_INFINITY, ...rates);
}

/** Address below which a version's operations stand. */
export function baseAddress(gateway: string, api: OfferedApi, version: OfferedVersion): string {
  const prefix = api.prefix === "/" ? "" : api.prefix;
  return api.selector.in === "path" ? `${gateway}${prefix}/${version.name}` : `${gateway}${prefix}`;
}

/** The header by which a call asks for a version; null where it stands in the address. */
export function versionHeader(selector: VersionSelector, version: string): string | null {
  switch (selector.in) {
    case "header":
    case "date":
      return `${selector.name}: ${version}`;
    case "media-type":
      return selector.vendor === undefined
        ? `Accept: application/json;${selector.parameter ?? "version"}=${version}`
        : `Accept: application/${selector.vendor}.${version}+json`;
    case "path":
    case "query":
      return null;
  }
}

/** A call of one operation, ready to paste. `{…}` of the path stays for the caller to fill in. */
export function curlOf(offer: Offer, api: OfferedApi, version: OfferedVersion, operation: Operation): string {
  const query = api.selector.in === "query" ? `?${api.selector.name}=${version.name}` : "";
  const method = operation.method === "GET" ? "" : `-X ${operation.method} `;
  const lines = [
    // Addresses are long: on a line of its own one can be read whole.
    `curl -i ${method}`.trimEnd(),
    `  "${baseAddress(offer.gateway, api, version)}${operation.path}${query}"`,
    `  -H "Authorization: Bearer $GATEHOUSE_KEY"`,
  ];
  const header = versionHeader(api.selector, version.name);
  if (header !== null) lines.push(`  -H "${header}"`);
  return lines.join(" \\\n");
}
