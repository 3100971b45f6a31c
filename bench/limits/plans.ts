/** @module The plans that are loaded: one API, and an application a plan, so that each has a ledger of its own. */

export const limit = 1_000;
export const windowMs = 10_000;

const fixed = { name: "fixed", algorithm: "fixed-window", callsMax: limit, windowMs };
const sliding = { name: "sliding", algorithm: "sliding-window", callsMax: limit, windowMs };

const plans = {
  leased: { mode: "leased", limits: [fixed] },
  exact: { mode: "exact", limits: [fixed] },
  sharded: { mode: "leased", shards: 4, limits: [fixed] },
  sliding: { mode: "leased", limits: [sliding] },
  roomy: { mode: "exact", limits: [{ ...fixed, callsMax: 1_000_000_000 }] },
  unlimited: { limits: [] },
} as const;

export type PlanName = keyof typeof plans;
export const planNames = Object.keys(plans) as PlanName[];

/** The modes of the fixed window, in the order in which they are run. */
export const fixedModes = ["leased", "exact"] as const satisfies readonly PlanName[];

/** The workspace as a file: an application is named like its plan. */
export function describePlans(upstreamHost: string): object {
  const version = {
    state: "published",
    upstream: "books",
    operations: { getBook: "GET /books/{id}" },
    policies: ["require-key", "require-principal"].map((type) => ({ id: type, type, config: {} })),
  };
  const applications = planNames.map((name) => [name, { name, subscriptions: { books: name } }] as const);
  return {
    format: 1,
    workspace: "default",
    environments: { production: { hosts: ["localhost", "127.0.0.1"] } },
    upstreams: { books: { targets: { production: [{ url: `http://${upstreamHost}` }] } } },
    apis: { books: { name: "Books", prefix: "/books", versions: { v1: version } } },
    products: {
      books: {
        name: "Books",
        apis: ["books"],
        plans: Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, { name, ...plan }])),
      },
    },
    organizations: { readers: { name: "Readers", applications: Object.fromEntries(applications) } },
  };
}
