/** @module Everything of a dump but versions: each table in the words of the file, what is as by default left out. */
import { platformWorkspace } from "../actions/action.ts";
import type { PlatformFileInput } from "../catalog/index.ts";
import type { WorkspaceState } from "./platform-file-state.ts";

/** By name, so that two dumps differ only in what has changed. */
export function sorted<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const described = ({ description }: { readonly description: string }) => (description === "" ? {} : { description });

/** Environments, upstreams, and the workspace's own policies and sets of them. */
export function dumpSurroundings(
  state: WorkspaceState,
): Pick<PlatformFileInput, "environments" | "upstreams" | "policies" | "policySets"> {
  const slugs = new Map(state.environments.map(({ id, slug }) => [id, slug]));
  const environments = state.environments.map(({ id, slug, name }) => {
    const hosts = state.hosts.filter(({ environment }) => environment === id).map(({ host }) => host);
    return [slug, { ...(name === slug ? {} : { name }), hosts: hosts.toSorted() }] as const;
  });
  const upstreams = state.upstreams.map(({ id, slug, settings }) => {
    const own = state.targets.filter(({ upstream }) => upstream === id);
    const targets = Object.entries(Object.groupBy(own, ({ environment }) => slugs.get(environment) ?? ""));
    const places = targets.map(
      ([environment, list = []]) => [environment, list.map(({ url, weight }) => ({ url, weight }))] as const,
    );
    return [slug, { ...settings, targets: sorted(places) }] as const;
  });
  const policies = state.policies?.workspace === platformWorkspace ? [] : (state.policies?.entries ?? []);
  const sets = state.policySets.map((row) => {
    const name = row.name === row.slug ? {} : { name: row.name };
    return [row.slug, { ...name, ...described(row), policies: row.policies }] as const;
  });
  return {
    environments: sorted(environments),
    upstreams: sorted(upstreams),
    ...(policies.length === 0 ? {} : { policies }),
    ...(sets.length === 0 ? {} : { policySets: sorted(sets) }),
  };
}

export function dumpProducts({
  products,
  productApis,
  plans,
  apis,
}: WorkspaceState): Pick<PlatformFileInput, "products"> {
  const slugs = new Map(apis.map(({ id, slug }) => [id, slug]));
  return {
    products: sorted(
      products.map((row) => {
        const bundled = productApis.filter(({ product }) => product === row.id).map(({ api }) => slugs.get(api) ?? api);
        const own = plans.filter(({ product }) => product === row.id);
        return [
          row.slug,
          {
            name: row.name,
            ...described(row),
            apis: bundled.toSorted(),
            plans: sorted(
              own.map((plan) => [
                plan.slug,
                {
                  name: plan.name,
                  ...described(plan),
                  ...(plan.approval === "automatic" ? {} : { approval: plan.approval }),
                  ...plan.limits,
                },
              ]),
            ),
          },
        ];
      }),
    ),
  };
}

/** What a file cannot say of whoever consumes. */
export function consumerNotes(state: WorkspaceState): { resource: string; message: string }[] {
  const teams = new Map(state.organizations.map(({ id, slug }) => [id, slug]));
  return state.applications
    .filter((row) => row.state !== "active")
    .map((row) => ({
      resource: `organizations/${teams.get(row.organization) ?? row.organization}/applications/${row.slug}`,
      message:
        "It is suspended, which a file cannot say: where it is made anew from this file, its calls are admitted.",
    }));
}

/** With subscriptions that count: what waits, was rejected or has ended is no wish of anybody's. */
export function dumpConsumers(state: WorkspaceState): Pick<PlatformFileInput, "organizations"> {
  const products = new Map(state.products.map(({ id, slug }) => [id, slug]));
  const plans = new Map(state.plans.map(({ id, slug }) => [id, slug]));
  const subscriptionsOf = (application: string) =>
    state.subscriptions
      .filter((one) => one.application === application && one.state === "active")
      .map(({ product, plan }) => [products.get(product) ?? product, plans.get(plan) ?? plan] as const);
  return {
    organizations: sorted(
      state.organizations.map(({ id, slug, name }) => {
        const own = state.applications.filter(({ organization }) => organization === id);
        const applications = own.map((row) => {
          const subscriptions = subscriptionsOf(row.id);
          return [
            row.slug,
            { name: row.name, ...(subscriptions.length === 0 ? {} : { subscriptions: sorted(subscriptions) }) },
          ] as const;
        });
        return [slug, { name, ...(applications.length === 0 ? {} : { applications: sorted(applications) }) }];
      }),
    ),
  };
}
