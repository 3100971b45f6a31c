import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { consumers } from "../../src/consumers/index.ts";
import { parseSettings } from "../../src/env.ts";
import { bootstrap } from "../../src/identity/index.ts";
import { lifecycle, runDistribution } from "../../src/lifecycle/index.ts";
import { runFunding } from "../../src/monetisation/fund-grants.ts";
import { Root } from "../../src/model/program.ts";
import { contexts, worldOf } from "../../src/platform/contexts.ts";
import { openShop } from "../support/stock.ts";

it("brings what is published and who may call it to the gateway, over the real bindings", async () => {
  const effects = { distribute: runDistribution, fund: runFunding };
  await bootstrap(worldOf(env, effects));
  const ctx = contexts(
    env,
    parseSettings({ ...env }),
    effects,
  )({
    actor: { kind: "token", id: "admin", workspace: null, scopes: ["*"] },
    workspace: "default",
    requestId: "req_1",
    waitUntil: (work) => void work,
  });
  const nothing = await exports.default.fetch("http://api.localhost/books/v1/books/1");
  expect(nothing.status).toBe(404);

  const shop = await openShop(ctx);
  const { root } = await env.BEACON.getByName("beacon").since({ root: -1, cursor: 0 });
  expect(Root.parse(await env.REGISTRY.get("root", "json"))).toEqual(root);
  expect(Object.keys(root?.buckets ?? {})).toHaveLength(1);

  // A new isolate would see it at once; this one asks the Beacon again after five seconds.
  await perform(consumers.suspendApplication, ctx, { application: "web" });
  const stored = await env.REGISTRY.get(`application:${shop.application.id}`, "json");
  expect(stored).toMatchObject({ suspended: true, subscriptions: [{ plan: shop.plan.id }] });
  await perform(lifecycle.retireVersion, ctx, { api: "books", version: "v1" });
  const [hash] = Object.values(Root.parse(await env.REGISTRY.get("root", "json")).buckets);
  expect(await env.REGISTRY.get(`bucket:${hash}`, "json")).toMatchObject({
    apis: [{ versions: [{ state: "retired" }] }],
  });
});
