/**
 * @module Lets workers under Miniflare call upstreams as they do when deployed: straight from `fetch` to the network.
 *
 * Miniflare puts a worker of its own behind every worker's `fetch`, which costs about as much as half of a bare proxied
 * call. It would weigh on both sides of the comparison and make the gateway look cheaper than it is. Miniflare keeps the
 * first service of a name; this plugin, loaded by a worker that comes first and does nothing, takes those names before.
 */
import type { V4WorkerOptions } from "miniflare";

const workersMax = 8;

export const plugins = {
  "direct-outbound": {
    getBindings: () => [],
    getNodeBindings: () => ({}),
    getServices: ({ workerIndex }: { readonly workerIndex: number }) => {
      if (workerIndex !== 0) return [];
      const others = Array.from({ length: workersMax }, (_, index) => `outbound:${index + 1}`);
      return others.map((name) => ({ name, network: { allow: ["public", "private"] } }));
    },
  },
};

/** Must be the first worker of its Miniflare: the others' `fetch` then goes to the network itself. */
export const directOutbound: V4WorkerOptions = {
  name: "direct-outbound",
  modules: true,
  script: "export default { fetch: () => new Response(null, { status: 404 }) }",
  compatibilityDate: "2026-10-01",
  unsafeBindings: [
    {
      name: "DIRECT_OUTBOUND",
      type: "direct-outbound",
      plugin: { package: import.meta.filename, name: "direct-outbound" },
      options: {},
    },
  ],
};
