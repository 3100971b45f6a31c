/** @module The state of a workspace by what is looked up in it: a file of thousands of versions asks each thing once. */
import type { WorkspaceState } from "./platform-file-state.ts";

export type StateIndex = ReturnType<typeof indexState>;

export function indexState(state: WorkspaceState) {
  return {
    environments: bySlug(state.environments),
    environmentsById: byId(state.environments),
    /** Of all workspaces. */
    hosts: new Map(state.hosts.map((row) => [row.host, row])),
    hostsOf: listsBy(state.hosts, ({ environment }) => environment),
    policySets: bySlug(state.policySets),
    upstreams: bySlug(state.upstreams),
    targetsOf: listsBy(state.targets, ({ upstream }) => upstream),
    apis: bySlug(state.apis),
    apisByPrefix: new Map(state.apis.map((row) => [row.prefix, row])),
    versions: byId(state.versions),
    versionsByName: new Map(state.versions.map((row) => [pair(row.api, row.name), row])),
    versionsOf: listsBy(state.versions, ({ api }) => api),
    versionsAt: listsBy(state.versions, ({ upstream }) => upstream ?? ""),
    revisionsOf: listsBy(state.revisions, ({ version }) => version),
    deploymentsOf: listsBy(state.deployments, ({ version }) => version),
    placementsOf: listsBy(state.placements, ({ api }) => api),
    products: bySlug(state.products),
    apisIn: listsBy(state.productApis, ({ product }) => product),
    plans: byId(state.plans),
    organizations: bySlug(state.organizations),
    applications: byId(state.applications),
    applicationsByName: new Map(state.applications.map((row) => [pair(row.organization, row.slug), row])),
    subscriptions: new Map(state.subscriptions.map((row) => [pair(row.application, row.product), row])),
  };
}

/** Key of what belongs to two things. Ids and names hold no space. */
export function pair(one: string, other: string): string {
  return `${one} ${other}`;
}

function bySlug<Row extends { readonly slug: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.slug, row]));
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** The rows of each owner, in their order; none for an owner without any. */
function listsBy<Row>(rows: readonly Row[], ownerOf: (row: Row) => string): (owner: string) => readonly Row[] {
  const lists = Map.groupBy(rows, ownerOf);
  return (owner) => lists.get(owner) ?? [];
}
