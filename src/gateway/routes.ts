/**
 * @module The composed routes of the versions that an isolate serves: a route table, and one handler an operation, built on
 * first use and kept until anything that they were built from changes.
 */
import { Problem } from "../model/problem.ts";
import type { BucketApi, BucketVersion, RevisionProgram, Route } from "../model/program.ts";
import { recent } from "../model/recent.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import { expandSets } from "../model/policy-set.ts";
import { secretsWithin } from "../policies/index.ts";
import type { Handler } from "../policies/policy.ts";
import { compose, planFor, type Engine, type Placed } from "./compose.ts";
import type { GatewayPorts } from "./ports.ts";
import type { Lists } from "./registry.ts";
import { buildRouteTable, type RouteTable } from "./route-table.ts";
import { upstreamHandler } from "./upstream.ts";

const versionsMax = 256;
/** Routes in all of their tables, each about 1 KB. */
const routesMax = 20_000;

/** What a version is served from. Compared by identity: whatever is read anew is composed anew. */
export interface Ground {
  readonly api: BucketApi;
  readonly version: BucketVersion;
  readonly program: RevisionProgram;
  readonly lists: Lists;
  /** The call is the canary's: `program` is the new revision. */
  readonly isCanary: boolean;
}

export interface VersionRoutes {
  readonly table: RouteTable;
  /** Secrets that calls may need: they are looked up while the caller is. */
  readonly secrets: readonly string[];
  /** Throws revision-unusable if the operation's policies cannot be composed by this build. */
  handler(route: Route): Handler;
  /** Whether anything answers CORS preflights of this route. */
  answersPreflight(route: Route): boolean;
}

export function createRoutes(engine: Engine, ports: GatewayPorts): (ground: Ground) => VersionRoutes {
  const composed = recent<{ readonly ground: Ground; readonly routes: VersionRoutes }>(versionsMax, {
    max: routesMax,
    of: ({ ground }) => ground.program.routes.length,
  });
  return (ground) => {
    const key = `${ground.api.environment} ${ground.api.host} ${ground.version.id}${ground.isCanary ? " canary" : ""}`;
    const known = composed.get(key);
    if (known !== undefined && isSame(known.ground, ground)) return known.routes;
    const routes = versionRoutes(ground, engine, ports);
    composed.set(key, { ground, routes });
    return routes;
  };
}

function isSame(a: Ground, b: Ground): boolean {
  return (
    a.version === b.version &&
    a.program === b.program &&
    a.lists.global === b.lists.global &&
    a.lists.workspace === b.lists.workspace
  );
}

function versionRoutes(ground: Ground, engine: Engine, ports: GatewayPorts): VersionRoutes {
  const handlers = new Map<string, Handler>();
  const upstream = upstreamHandler(ground.version.targets, ground.program.upstream, ports);
  return {
    table: buildRouteTable(ground.program.routes),
    secrets: secretsOf(ground),
    answersPreflight: (route) => placedFor(ground, route).some(({ entry }) => entry.type === "cors" && entry.enabled),
    handler(route) {
      const known = handlers.get(route.operation);
      if (known !== undefined) return known;
      try {
        const handler = compose(placedFor(ground, route), engine, upstream);
        handlers.set(route.operation, handler);
        return handler;
      } catch (cause) {
        throw new Problem("revision-unusable", {
          detail: `${ground.api.api.name} ${ground.version.name} cannot be served by this gateway. Its operator must publish it again.`,
          cause,
        });
      }
    },
  };
}

/** Names that the policies hold which calls may pass, wherever they stand. */
function secretsOf({ program: { policies, routes }, lists: { workspace } }: Ground): string[] {
  const entries = [...(workspace?.policies ?? []), ...policies, ...routes.flatMap((route) => route.policies ?? [])];
  return [...new Set(secretsWithin(entries, workspace?.sets ?? {}, "").map(({ name }) => name))];
}

/** `global ∘ workspace ∘ revision ∘ operation`, and what the API's products ask for. */
export function placedFor({ api, version, program, lists, isCanary }: Ground, route: Route): Placed[] {
  // A canary counts for itself: its limits may be others, and whoever is in it stays in it.
  const owner = isCanary ? `${version.id}/canary` : version.id;
  const sequence = isCanary ? (version.canary?.sequence ?? 0) : version.sequence;
  const { sets = {}, sequence: setsSequence = 0, policies: common = [] } = lists.workspace ?? {};
  const place = (origin: Placed["origin"], entries: readonly PolicyEntry[], owner: string, revision: number) =>
    expandSets(entries, sets).map(({ entry, isOfSet }): Placed => {
      // A set may have changed since the list that names it did.
      return { entry, origin, owner, revision: isOfSet ? Math.max(revision, setsSequence) : revision };
    });
  const placed = [
    ...place("global", lists.global.policies, "global", lists.global.sequence),
    ...place("workspace", common, api.workspace, setsSequence),
    ...place("revision", program.policies, owner, sequence),
    ...place("operation", route.policies ?? [], `${owner}/${route.operation}`, sequence),
  ];
  return [...placed, ...planFor(placed, api.products, owner)];
}
