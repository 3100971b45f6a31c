/** @module Ids of everything that a file names: those that are registered, and new ones for the rest. */
import type { Context } from "../actions/context.ts";
import type { PlatformFile } from "../catalog/index.ts";
import type { WorkspaceState } from "./platform-file-state.ts";

/** By slugs; of what belongs to something, by `owner/slug`. */
export interface FileIds {
  readonly environments: ReadonlyMap<string, string>;
  readonly policySets: ReadonlyMap<string, string>;
  readonly upstreams: ReadonlyMap<string, string>;
  readonly apis: ReadonlyMap<string, string>;
  readonly versions: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<string, string>;
  readonly plans: ReadonlyMap<string, string>;
  readonly organizations: ReadonlyMap<string, string>;
  readonly applications: ReadonlyMap<string, string>;
}

type Owned = { readonly id: string; readonly slug: string };

export function fileIds(file: PlatformFile, state: WorkspaceState, ctx: Pick<Context, "makeId">): FileIds {
  const known = (rows: readonly Owned[]) => new Map(rows.map((row) => [row.slug, row.id]));
  const below = (owners: readonly Owned[], rows: readonly (Owned & { readonly owner: string })[]) => {
    const slugs = new Map(owners.map((owner) => [owner.id, owner.slug]));
    return new Map(rows.map((row) => [`${slugs.get(row.owner) ?? ""}/${row.slug}`, row.id]));
  };
  const complete = (ids: Map<string, string>, names: readonly string[], prefix: string) => {
    for (const name of names) if (!ids.has(name)) ids.set(name, ctx.makeId(prefix));
    return ids;
  };
  const namesBelow = (owners: Readonly<Record<string, object>>, field: "versions" | "plans" | "applications") =>
    Object.entries(owners).flatMap(([slug, owner]) =>
      Object.keys((owner as Record<string, object>)[field] ?? {}).map((name) => `${slug}/${name}`),
    );
  return {
    environments: complete(known(state.environments), Object.keys(file.environments), "env"),
    policySets: complete(known(state.policySets), Object.keys(file.policySets), "set"),
    upstreams: complete(known(state.upstreams), Object.keys(file.upstreams), "ups"),
    apis: complete(known(state.apis), Object.keys(file.apis), "api"),
    versions: complete(
      below(
        state.apis,
        state.versions.map((row) => ({ id: row.id, slug: row.name, owner: row.api })),
      ),
      namesBelow(file.apis, "versions"),
      "ver",
    ),
    products: complete(known(state.products), Object.keys(file.products), "prod"),
    plans: complete(
      below(
        state.products,
        state.plans.map((row) => ({ ...row, owner: row.product })),
      ),
      namesBelow(file.products, "plans"),
      "plan",
    ),
    organizations: complete(known(state.organizations), Object.keys(file.organizations), "org"),
    applications: complete(
      below(
        state.organizations,
        state.applications.map((row) => ({ ...row, owner: row.organization })),
      ),
      namesBelow(file.organizations, "applications"),
      "app",
    ),
  };
}

/** The id of a name that the file was checked to have. */
export function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${name} was not checked`);
  return id;
}

/** Names of ids, for what is shown. */
export function namesOf(ids: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(Array.from(ids, ([name, id]) => [id, name]));
}
