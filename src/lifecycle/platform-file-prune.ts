/**
 * @module Pruning: what a workspace has and its file does not name goes, in the batch of everything else. What somebody still
 * uses stands in the way, as it does for every deletion: callers of a version, and keys that may still be called with.
 */
import { and, eq, gt, isNull, or } from "drizzle-orm";
import { credentials } from "../../schema/consumers.ts";
import type { Target } from "../actions/audit.ts";
import type { Context } from "../actions/context.ts";
import { refuseDependents, type Dependent } from "../actions/deletion.ts";
import { isAmong } from "../actions/rows.ts";
import type { PlatformFile } from "../catalog/index.ts";
import { ownField } from "../model/own-field.ts";
import { Problem } from "../model/problem.ts";
import type { WorkspaceState } from "./platform-file-state.ts";
import { callersOf } from "./refuse-called.ts";

/** Rows of a workspace that its file does not name, by table. */
export interface Pruned {
  readonly environments: WorkspaceState["environments"];
  readonly policySets: WorkspaceState["policySets"];
  readonly upstreams: WorkspaceState["upstreams"];
  readonly apis: WorkspaceState["apis"];
  readonly versions: WorkspaceState["versions"];
  /** Of versions that stay, in environments where the file does not serve them. */
  readonly deployments: WorkspaceState["deployments"];
  readonly products: WorkspaceState["products"];
  readonly plans: WorkspaceState["plans"];
  readonly organizations: WorkspaceState["organizations"];
  readonly applications: WorkspaceState["applications"];
  /** Active ones, of applications that stay: they end. */
  readonly subscriptions: WorkspaceState["subscriptions"];
  /** In the words of the file: what goes, with what it was. */
  readonly deletions: readonly {
    readonly resource: string;
    readonly before: unknown;
    readonly target: Target | null;
  }[];
}

export function findPruned(file: PlatformFile, state: WorkspaceState): Pruned {
  const [api, product, environment] = [slugs(state.apis), slugs(state.products), slugs(state.environments)];
  const application = programsOf(state);
  const contracts = byId(state.versions);
  const unnamed = <Row extends { readonly slug: string }>(rows: readonly Row[], named: object): Row[] =>
    rows.filter(({ slug }) => !Object.hasOwn(named, slug));
  const versionOf = (row: WorkspaceState["versions"][number]) =>
    ownField(ownField(file.apis, api.get(row.api) ?? "")?.versions ?? {}, row.name);
  const applicationOf = (id: string) => {
    const named = application.get(id);
    return ownField(ownField(file.organizations, named?.team ?? "")?.applications ?? {}, named?.slug ?? "");
  };
  const gone = {
    environments: unnamed(state.environments, file.environments),
    policySets: unnamed(state.policySets, file.policySets),
    upstreams: unnamed(state.upstreams, file.upstreams),
    apis: unnamed(state.apis, file.apis),
    versions: state.versions.filter((row) => versionOf(row) === undefined),
    deployments: state.deployments.filter((row) => {
      const version = contracts.get(row.version);
      const named = version === undefined ? undefined : versionOf(version);
      const slug = environment.get(row.environment) ?? "";
      return named !== undefined && !(named.environments ?? Object.keys(file.environments)).includes(slug);
    }),
    products: unnamed(state.products, file.products),
    plans: state.plans.filter(
      (row) => !Object.hasOwn(ownField(file.products, product.get(row.product) ?? "")?.plans ?? {}, row.slug),
    ),
    organizations: unnamed(state.organizations, file.organizations),
    applications: state.applications.filter(({ id }) => applicationOf(id) === undefined),
    subscriptions: state.subscriptions.filter((row) => {
      const owner = applicationOf(row.application);
      return (
        row.state === "active" &&
        owner !== undefined &&
        !Object.hasOwn(owner.subscriptions, product.get(row.product) ?? "")
      );
    }),
  };
  return { ...gone, deletions: describeDeletions(gone, state) };
}

/** By their places. What goes with an environment is not told one by one. */
function describeDeletions(gone: Omit<Pruned, "deletions">, state: WorkspaceState): Pruned["deletions"] {
  const [api, product, environment] = [slugs(state.apis), slugs(state.products), slugs(state.environments)];
  const programs = programsOf(state);
  const contracts = byId(state.versions);
  const placeOf = (id: string) => {
    const named = programs.get(id);
    return `organizations/${named?.team ?? ""}/applications/${named?.slug ?? ""}`;
  };
  const versionPlace = (id: string) => {
    const row = contracts.get(id);
    return `apis/${api.get(row?.api ?? "") ?? ""}/versions/${row?.name ?? id}`;
  };
  const places = new Set(idsOf(gone.environments));
  const target = (kind: string, { id, edition }: { readonly id: string; readonly edition: number }): Target => ({
    kind,
    id,
    edition,
  });
  const deletions = [
    ...gone.environments.map((row) => ({
      target: target("environment", row),
      resource: `environments/${row.slug}`,
      before: { name: row.name },
    })),
    ...gone.policySets.map((row) => ({
      target: target("policy-set", row),
      resource: `policySets/${row.slug}`,
      before: { name: row.name, policies: row.policies },
    })),
    ...gone.upstreams.map((row) => ({
      target: target("upstream", row),
      resource: `upstreams/${row.slug}`,
      before: row.settings,
    })),
    ...gone.apis.map((row) => ({
      target: target("api", row),
      resource: `apis/${row.slug}`,
      before: { name: row.name, prefix: row.prefix },
    })),
    ...gone.versions.map((row) => ({
      target: target("version", row),
      resource: versionPlace(row.id),
      before: { state: row.state },
    })),
    ...gone.deployments
      .filter((row) => !places.has(row.environment))
      .map((row) => ({
        target: null,
        resource: `${versionPlace(row.version)}/environments/${environment.get(row.environment) ?? ""}`,
        before: { revision: row.revision.slice(0, 16) },
      })),
    ...gone.products.map((row) => ({
      target: target("product", row),
      resource: `products/${row.slug}`,
      before: { name: row.name },
    })),
    ...gone.plans.map((row) => ({
      target: target("plan", row),
      resource: `products/${product.get(row.product) ?? ""}/plans/${row.slug}`,
      before: { name: row.name, ...row.limits },
    })),
    ...gone.organizations.map((row) => ({
      target: target("organization", row),
      resource: `organizations/${row.slug}`,
      before: { name: row.name },
    })),
    ...gone.applications.map((row) => ({
      target: target("application", row),
      resource: placeOf(row.id),
      before: { name: row.name },
    })),
    ...gone.subscriptions.map((row) => ({
      target: target("subscription", row),
      resource: `${placeOf(row.application)}/subscriptions/${product.get(row.product) ?? ""}`,
      before: { plan: state.plans.find(({ id }) => id === row.plan)?.slug ?? row.plan },
    })),
  ];
  return deletions.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}

const slugs = (rows: readonly { readonly id: string; readonly slug: string }[]): ReadonlyMap<string, string> =>
  new Map(rows.map(({ id, slug }) => [id, slug]));

export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Applications with the slugs of their teams. */
function programsOf(state: WorkspaceState): ReadonlyMap<string, { readonly team: string; readonly slug: string }> {
  const teams = slugs(state.organizations);
  return new Map(
    state.applications.map(({ id, organization, slug }) => [id, { team: teams.get(organization) ?? "", slug }]),
  );
}

/** The state as if what is pruned had never been. */
export function without(state: WorkspaceState, pruned: Pruned): WorkspaceState {
  const ids = (rows: readonly { readonly id: string }[]) => new Set(rows.map(({ id }) => id));
  const gone = {
    environments: ids(pruned.environments),
    policySets: ids(pruned.policySets),
    upstreams: ids(pruned.upstreams),
    apis: ids(pruned.apis),
    versions: ids(pruned.versions),
    products: ids(pruned.products),
    plans: ids(pruned.plans),
    organizations: ids(pruned.organizations),
    applications: ids(pruned.applications),
    subscriptions: ids(pruned.subscriptions),
  };
  return {
    ...state,
    environments: state.environments.filter(({ id }) => !gone.environments.has(id)),
    hosts: state.hosts.filter(({ environment }) => !gone.environments.has(environment)),
    policySets: state.policySets.filter(({ id }) => !gone.policySets.has(id)),
    upstreams: state.upstreams.filter(({ id }) => !gone.upstreams.has(id)),
    targets: state.targets.filter(
      ({ upstream, environment }) => !gone.upstreams.has(upstream) && !gone.environments.has(environment),
    ),
    apis: state.apis.filter(({ id }) => !gone.apis.has(id)),
    versions: state.versions.filter(({ id }) => !gone.versions.has(id)),
    revisions: state.revisions.filter(({ version }) => !gone.versions.has(version)),
    deployments: state.deployments.filter(
      (row) =>
        !gone.versions.has(row.version) && !gone.environments.has(row.environment) && !pruned.deployments.includes(row),
    ),
    products: state.products.filter(({ id }) => !gone.products.has(id)),
    productApis: state.productApis.filter(({ product, api }) => !gone.products.has(product) && !gone.apis.has(api)),
    plans: state.plans.filter(({ id }) => !gone.plans.has(id)),
    organizations: state.organizations.filter(({ id }) => !gone.organizations.has(id)),
    applications: state.applications.filter(({ id }) => !gone.applications.has(id)),
    subscriptions: state.subscriptions.filter(
      (row) =>
        !gone.subscriptions.has(row.id) && !gone.applications.has(row.application) && !gone.products.has(row.product),
    ),
    placements: state.placements.filter(
      ({ api, environment }) => !gone.apis.has(api) && !gone.environments.has(environment),
    ),
  };
}

/** Throws `has-dependents` for what is still called, or may be. */
export async function refuseUsed(
  ctx: Context,
  file: PlatformFile,
  state: WorkspaceState,
  pruned: Pruned,
): Promise<void> {
  if (pruned.environments.length > 0 && Object.keys(file.environments).length === 0) {
    throw new Problem("state-conflict", {
      detail: "A file without environments would prune all of them. Name at least one.",
    });
  }
  const advice = "Move callers on, retire versions with a reason, and revoke keys; or name it in the file.";
  refuseDependents(
    "What is not in the file",
    [...(await callersIn(ctx, state, pruned)), ...(await keysIn(ctx, pruned))],
    advice,
  );
}

async function callersIn(
  ctx: Context,
  state: WorkspaceState,
  { versions: whole, deployments: parts }: Pruned,
): Promise<Dependent[]> {
  const contracts = byId(state.versions);
  const serving = [
    ...whole
      .filter((row) => row.state === "published" || row.state === "deprecated")
      .map((row) => ({ row, environment: undefined })),
    ...parts.flatMap(({ version, environment }) => {
      const row = contracts.get(version);
      return row === undefined || row.state === "retired" ? [] : [{ row, environment }];
    }),
  ];
  const found: Dependent[] = [];
  for (const { row, environment } of serving) {
    const { items: callers } = await callersOf(ctx, row, environment);
    found.push(
      ...callers.map(({ application, name }) => ({ kind: "caller", id: application, name: `${name} of ${row.name}` })),
    );
  }
  return found;
}

async function keysIn(ctx: Context, { applications: programs, environments: places }: Pruned): Promise<Dependent[]> {
  const rows = await ctx.db
    .select({ id: credentials.id, name: credentials.name })
    .from(credentials)
    .where(
      and(
        eq(credentials.workspace, ctx.workspace),
        or(isAmong(credentials.application, idsOf(programs)), isAmong(credentials.environment, idsOf(places))),
        isNull(credentials.revokedAt),
        or(isNull(credentials.expiresAt), gt(credentials.expiresAt, ctx.now())),
      ),
    );
  return rows.map((key) => ({ kind: "key", ...key }));
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
