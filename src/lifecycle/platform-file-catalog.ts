/** @module What a file wants of environments, upstreams, APIs, products and plans. */
import { apis, plans, policySets, productApis, products, upstreams, upstreamTargets } from "../../schema/catalog.ts";
import { environmentHosts, environments } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import { revise, stamp } from "../actions/revise.ts";
import type { PlatformFile } from "../catalog/index.ts";
import { idOf, namesOf, type FileIds } from "./platform-file-ids.ts";
import type { StateIndex } from "./platform-file-index.ts";
import type { WorkspaceState } from "./platform-file-state.ts";
import { rowOf, type Wish } from "./platform-file-wish.ts";

export interface Wanted {
  readonly ctx: Context;
  readonly file: PlatformFile;
  readonly state: WorkspaceState;
  readonly known: StateIndex;
  readonly ids: FileIds;
}

interface Stamped {
  readonly id: string;
  readonly edition: number;
  readonly updatedAt: number;
}

/** The row one edition on, even if only what belongs to it has changed. */
export function next<Row extends Stamped>(row: Row, fields: Partial<Row>, at: number): Row {
  return revise(row, fields, at) ?? { ...row, edition: row.edition + 1, updatedAt: at };
}

export function environmentWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.environments).map(([slug, { name, hosts }]) => {
    const row = known.environments.get(slug);
    const id = idOf(ids.environments, slug);
    const now = known.hostsOf(id).map(({ host }) => host);
    const fields = { slug, name: name ?? row?.name ?? slug };
    return {
      resource: `environments/${slug}`,
      before: row === undefined ? null : { name: row.name, hosts: now.toSorted() },
      after: { name: fields.name, hosts: hosts.toSorted() },
      clear: { table: environmentHosts, column: environmentHosts.environment, owner: id },
      rows: [
        rowOf(
          environments,
          row === undefined
            ? { id, workspace: ctx.workspace, ...fields, ...stamp(ctx.now()) }
            : next(row, fields, ctx.now()),
        ),
        ...hosts.map((host) => rowOf(environmentHosts, { host, workspace: ctx.workspace, environment: id })),
      ],
    };
  });
}

export function upstreamWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  const environmentNames = namesOf(ids.environments);
  return Object.entries(file.upstreams).map(([slug, { targets, ...settings }]) => {
    const row = known.upstreams.get(slug);
    const id = idOf(ids.upstreams, slug);
    const stored = Map.groupBy(known.targetsOf(id), (one) => environmentNames.get(one.environment) ?? one.environment);
    const now = Object.fromEntries(
      Array.from(stored, ([environment, list]) => [environment, list.map(({ url, weight }) => ({ url, weight }))]),
    );
    // Targets in environments that the file does not name for this upstream are left as they are.
    const kept = Object.fromEntries(
      Object.entries(now).filter(([environment]) => !Object.hasOwn(targets, environment)),
    );
    return {
      resource: `upstreams/${slug}`,
      before: row === undefined ? null : { ...row.settings, targets: now },
      after: { ...settings, targets: { ...kept, ...targets } },
      clear: { table: upstreamTargets, column: upstreamTargets.upstream, owner: id },
      rows: [
        rowOf(
          upstreams,
          row === undefined
            ? { id, workspace: ctx.workspace, slug, settings, ...stamp(ctx.now()) }
            : next(row, { settings }, ctx.now()),
        ),
        ...Object.entries({ ...kept, ...targets }).flatMap(([environment, list]) =>
          list.map((target, position) =>
            rowOf(upstreamTargets, {
              workspace: ctx.workspace,
              upstream: id,
              environment: idOf(ids.environments, environment),
              position,
              ...target,
            }),
          ),
        ),
      ],
      touched: { apis: known.versionsAt(id).map(({ api }) => api) },
    };
  });
}

export function policySetWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.policySets).map(([slug, { name, description, policies }]) => {
    const row = known.policySets.get(slug);
    const fields = { slug, name: name ?? row?.name ?? slug, description, policies };
    const shown = ({ name: called, description: described, policies: list }: typeof fields) => ({
      name: called,
      description: described,
      policies: list,
    });
    return {
      resource: `policySets/${slug}`,
      before: row === undefined ? null : shown(row),
      after: shown(fields),
      rows: [
        rowOf(
          policySets,
          row === undefined
            ? { id: idOf(ids.policySets, slug), workspace: ctx.workspace, ...fields, ...stamp(ctx.now()) }
            : next(row, fields, ctx.now()),
        ),
      ],
      touched: { policies: true },
    };
  });
}

export function apiWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.apis).map(([slug, { versions, defaultVersion = null, ...rest }]) => {
    void versions;
    const row = known.apis.get(slug);
    const id = idOf(ids.apis, slug);
    const fields = { ...rest, defaultVersion };
    return {
      resource: `apis/${slug}`,
      before: row === undefined ? null : pick(row, fields),
      after: fields,
      rows: [
        rowOf(
          apis,
          row === undefined
            ? { id, workspace: ctx.workspace, slug, ...fields, ...stamp(ctx.now()) }
            : next(row, fields, ctx.now()),
        ),
      ],
      touched: { apis: [id] },
    };
  });
}

export function productWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  const apiNames = namesOf(ids.apis);
  return Object.entries(file.products).map(([slug, { name, description, apis: bundled }]) => {
    const row = known.products.get(slug);
    const id = idOf(ids.products, slug);
    const now = known.apisIn(id).map(({ api }) => api);
    const wanted = bundled.map((api) => idOf(ids.apis, api));
    const fields = { name, description };
    return {
      resource: `products/${slug}`,
      before:
        row === undefined
          ? null
          : { ...pick(row, fields), apis: now.map((api) => apiNames.get(api) ?? api).toSorted() },
      after: { ...fields, apis: bundled.toSorted() },
      clear: { table: productApis, column: productApis.product, owner: id },
      rows: [
        rowOf(
          products,
          row === undefined
            ? { id, workspace: ctx.workspace, slug, ...fields, ...stamp(ctx.now()) }
            : next(row, fields, ctx.now()),
        ),
        ...wanted.map((api) => rowOf(productApis, { workspace: ctx.workspace, product: id, api })),
      ],
      touched: { apis: [...new Set(now).symmetricDifference(new Set(wanted))] },
    };
  });
}

export function planWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.products).flatMap(([product, { plans: all }]) =>
    Object.entries(all).map(([slug, { name, description, approval, ...limits }]): Wish => {
      const id = idOf(ids.plans, `${product}/${slug}`);
      const row = known.plans.get(id);
      const fields = { name, description, approval, limits };
      return {
        resource: `products/${product}/plans/${slug}`,
        before: row === undefined ? null : describePlan(row),
        after: describePlan(fields),
        rows: [
          rowOf(
            plans,
            row === undefined
              ? {
                  id,
                  workspace: ctx.workspace,
                  product: idOf(ids.products, product),
                  slug,
                  ...fields,
                  ...stamp(ctx.now()),
                }
              : next(row, fields, ctx.now()),
          ),
        ],
        touched: { records: [{ kind: "plan", id }] },
      };
    }),
  );
}

/** As the file has it; what is as by default is not said. */
function describePlan({
  name,
  description,
  approval,
  limits,
}: Pick<typeof plans.$inferSelect, "name" | "description" | "approval" | "limits">): object {
  return { name, description, ...(approval === "automatic" ? {} : { approval }), ...limits };
}

/** The fields of `row` that `like` has, in its order. */
export function pick<Like extends object>(row: Like, like: Like): object {
  return Object.fromEntries(Object.keys(like).map((field) => [field, Reflect.get(row, field)]));
}
