/** @module From a file and the state of its workspace to a plan: what would change, under an id that names both. */
import type { policyLists } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import {
  environmentsOf,
  type PlacedFinding,
  type PlatformDocument,
  type PlatformFile,
  type PlatformPlan,
  type PreparedVersion,
} from "../catalog/index.ts";
import { policySetsOf } from "../model/policy-set.ts";
import { contentHash, type WorkspaceProgram } from "../model/program.ts";
import { canonicalJson } from "../model/revision.ts";
import {
  apiWishes,
  environmentWishes,
  planWishes,
  policySetWishes,
  productWishes,
  upstreamWishes,
  type Wanted,
} from "./platform-file-catalog.ts";
import { checkFile, refuseRetirements } from "./platform-file-check.ts";
import { applicationWishes, organizationWishes, subscriptionWishes } from "./platform-file-consumers.ts";
import { fileIds, idOf, namesOf } from "./platform-file-ids.ts";
import { indexState } from "./platform-file-index.ts";
import { findPruned, refuseUsed, without, type Pruned } from "./platform-file-prune.ts";
import { readWorkspaceState, type WorkspaceState } from "./platform-file-state.ts";
import { workspaceProgram } from "./workspace-program.ts";
import { versionWishes, type VersionWish } from "./platform-file-versions.ts";
import { isChange, type Wish } from "./platform-file-wish.ts";

/** A plan with all that carrying it out takes. */
export interface FullPlan {
  readonly plan: PlatformPlan;
  /** As it is, what is pruned included. */
  readonly state: WorkspaceState;
  readonly pruned: Pruned | null;
  /** Beside the state without what is pruned. */
  readonly wanted: Wanted;
  /** Only those that change something, in the order in which rows must be written. */
  readonly wishes: readonly Wish[];
  readonly versions: readonly VersionWish[];
  /** Only where the workspace's list or sets change. */
  readonly shared: SharedWish | null;
}

/** What versions share, as it shall be: the program to store, and the row that points to it. */
export interface SharedWish {
  readonly program: WorkspaceProgram | null;
  readonly row: typeof policyLists.$inferInsert;
}

/** Reads, checks and compares; writes nothing. Throws what `checkFile` throws. */
export async function planPlatformFile(
  ctx: Context,
  file: PlatformFile,
  documents: Readonly<Record<string, PlatformDocument>>,
  prune: boolean,
): Promise<FullPlan> {
  const whole = await readWorkspaceState(ctx);
  const pruned = prune ? findPruned(file, whole) : null;
  if (pruned !== null) await refuseUsed(ctx, file, whole, pruned);
  const state = pruned === null ? whole : without(whole, pruned);
  const known = indexState(state);
  const { versions: prepared, warnings } = checkFile(ctx, file, documents, state, known);
  await refuseRetirements(ctx, prepared, known);
  const wanted: Wanted = { ctx, file, state, known, ids: fileIds(file, state, ctx) };
  const versions = await versionWishes(wanted, prepared, documents);
  const all = [
    ...nameWish(wanted),
    ...environmentWishes(wanted),
    ...upstreamWishes(wanted),
    policyWish(wanted),
    ...policySetWishes(wanted),
    ...apiWishes(wanted),
    ...versions,
    ...productWishes(wanted),
    ...planWishes(wanted),
    ...organizationWishes(wanted),
    ...applicationWishes(wanted),
    ...subscriptionWishes(wanted),
  ];
  const wishes = all.filter(isChange);
  return {
    plan: await describePlan(ctx, { wishes, all, pruned, unmanaged: unmanaged(wanted, prepared, all) }, warnings),
    state: whole,
    pruned,
    wanted,
    wishes,
    versions: versions.filter(isChange),
    shared:
      wishes.some(({ touched }) => touched?.policies === true) || (pruned?.policySets.length ?? 0) > 0
        ? await sharedWish(wanted)
        : null,
  };
}

async function describePlan(
  ctx: Context,
  {
    wishes,
    all,
    pruned,
    unmanaged,
  }: {
    readonly wishes: readonly Wish[];
    readonly all: readonly Wish[];
    readonly pruned: Pruned | null;
    readonly unmanaged: string[];
  },
  findings: readonly PlacedFinding[],
): Promise<PlatformPlan> {
  const deletions = pruned?.deletions ?? [];
  const named = all.map(({ resource, before, after }) => [resource, before, after]);
  return {
    workspace: ctx.workspace,
    planId: await contentHash(canonicalJson({ workspace: ctx.workspace, named, unmanaged, deletions })),
    applied: false,
    changes: [
      ...wishes.map(({ resource, before, after }) => ({
        kind: before === null ? ("create" as const) : ("update" as const),
        resource,
        before,
        after,
      })),
      ...deletions.map(({ resource, before }) => ({ kind: "delete" as const, resource, before, after: null })),
    ],
    unchanged: all.length - wishes.length,
    unmanaged,
    findings: [...findings],
  };
}

/** The workspace's row is written anyway, with its edition: see `applyPlatformFile`. */
function nameWish({ file, state }: Wanted): Wish[] {
  if (file.name === undefined) return [];
  return [{ resource: "workspace", before: { name: state.workspace.name }, after: { name: file.name } }];
}

function policyWish({ ctx, file, state }: Wanted): Wish {
  const { edition = 0, entries = [] } = state.policies ?? {};
  return {
    resource: "policies",
    before: entries,
    after: file.policies,
    target: { kind: "policy-list", id: `policies_${ctx.workspace}`, edition },
    touched: { policies: true },
  };
}

/** The list of the file, and its sets beside those that it leaves alone. */
async function sharedWish({ ctx, file, state }: Wanted): Promise<SharedWish> {
  const left = state.policySets.filter(({ slug }) => !Object.hasOwn(file.policySets, slug));
  const named = Object.entries(file.policySets).map(([slug, { policies }]) => ({ slug, policies }));
  const sequence = state.sequence + 1;
  const shared = { policies: file.policies, sets: policySetsOf([...left, ...named]) };
  const program = workspaceProgram(ctx.workspace, shared, sequence);
  const { edition = 0, createdAt = ctx.now(), updatedAt = ctx.now(), entries = [] } = state.policies ?? {};
  const isSame = canonicalJson(entries) === canonicalJson(file.policies);
  return {
    program,
    row: {
      workspace: ctx.workspace,
      scope: "workspace",
      entries: file.policies,
      program: program === null ? null : await contentHash(JSON.stringify(program)),
      sequence,
      createdAt,
      ...(isSame ? { edition, updatedAt } : { edition: edition + 1, updatedAt: ctx.now() }),
    },
  };
}

/** What is registered and not named: left alone, and said so. */
function unmanaged(wanted: Wanted, prepared: readonly PreparedVersion[], all: readonly Wish[]): string[] {
  const { state, ids } = wanted;
  const named = new Set(all.map(({ resource }) => resource));
  const below = (folder: string, names: ReadonlyMap<string, string>, id: string, kind: string) => {
    const [owner = "", name = ""] = (names.get(id) ?? `?/${id}`).split("/");
    return `${folder}/${owner}/${kind}/${name}`;
  };
  const [versions, plans, applications] = [namesOf(ids.versions), namesOf(ids.plans), namesOf(ids.applications)];
  const products = namesOf(ids.products);
  const found = [
    ...state.environments.map(({ slug }) => `environments/${slug}`),
    ...state.policySets.map(({ slug }) => `policySets/${slug}`),
    ...state.upstreams.map(({ slug }) => `upstreams/${slug}`),
    ...state.apis.map(({ slug }) => `apis/${slug}`),
    ...state.versions.map(({ id }) => below("apis", versions, id, "versions")),
    ...state.products.map(({ slug }) => `products/${slug}`),
    ...state.plans.map(({ id }) => below("products", plans, id, "plans")),
    ...state.organizations.map(({ slug }) => `organizations/${slug}`),
    ...state.applications.map(({ id }) => below("organizations", applications, id, "applications")),
    ...state.subscriptions
      .filter((one) => one.state === "active")
      .map(({ application, product }) => {
        const owner = below("organizations", applications, application, "applications");
        return `${owner}/subscriptions/${products.get(product) ?? product}`;
      }),
    ...prepared.flatMap((one) => strayEnvironments(wanted, one)),
  ];
  return found.filter((resource) => !named.has(resource)).toSorted();
}

/** Where a version of the file is served though the file does not say so. */
function strayEnvironments({ known, file, ids }: Wanted, version: PreparedVersion): string[] {
  const named = new Set(environmentsOf(file, version));
  const { api, name } = version;
  return known
    .deploymentsOf(idOf(ids.versions, `${api}/${name}`))
    .map(({ environment }) => known.environmentsById.get(environment)?.slug ?? environment)
    .filter((slug) => !named.has(slug))
    .map((slug) => `apis/${api}/versions/${name}/environments/${slug}`);
}
