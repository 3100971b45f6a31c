/**
 * @module A call from what was opened and matched. Also for calls that matched only in part: they are refused, explained and
 * counted like any other.
 */
import type { Call, Match } from "../model/call.ts";
import type { BucketApi, RevisionProgram, Route } from "../model/program.ts";
import type { Selected } from "./match.ts";
import type { Opened } from "./open.ts";

/** What matching found. `program` and `route` are null where it did not get so far. */
export interface Matched {
  readonly api: BucketApi;
  readonly selected: Selected;
  readonly program: RevisionProgram | null;
  readonly route: Route | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly preflight: boolean;
}

export type Surroundings = Pick<Call, "sequence" | "waitUntil">;

export function callOf(opened: Opened, matched: Matched, { sequence, waitUntil }: Surroundings): Call {
  return {
    id: opened.id,
    url: opened.url,
    startedAt: opened.startedAt,
    traceparent: opened.traceparent,
    clientAddress: opened.clientAddress,
    colo: opened.colo,
    country: opened.country,
    lookups: opened.lookups,
    unforwarded: opened.unforwarded,
    taken: [],
    style: matched.api.style,
    match: matchOf(matched),
    preflight: matched.preflight,
    sequence,
    moved: null,
    stoodOn: [],
    undo: [],
    principal: null,
    subscription: null,
    challenges: [],
    demands: [],
    passage: [],
    refusal: null,
    cache: "",
    ungoverned: false,
    upstreamMs: 0,
    requestBytes: 0,
    units: 1,
    costOf: null,
    soFar: null,
    holdings: [],
    waitUntil,
  };
}

function matchOf({ api, selected, program, route, parameters }: Matched): Match {
  const { version, id, name, base, path } = selected;
  return {
    workspace: api.workspace,
    environment: api.environment,
    api: api.api,
    products: api.products,
    targets: version?.targets ?? [],
    version: { id, name, state: version?.state === "deprecated" ? "deprecated" : "published" },
    revision: program?.revision ?? "",
    operation: route?.operation ?? "",
    route: route === null ? "" : `${route.method} ${route.path}`,
    parameters,
    base,
    path,
  };
}
