import { expect, it } from "vitest";
import { requireSubscription } from "../../src/policies/require-subscription.ts";
import { policyCases } from "../support/policy-case.ts";
import { application, callOf, principal, run, servicesOf } from "../support/policy-run.ts";

const services = servicesOf({ applications: [application, { ...application, id: "app_2", subscriptions: [] }] });

policyCases({
  definition: requireSubscription,
  wrong: [{ config: { product: "prod_1" }, because: /unrecognized/ }],
  passes: { call: { principal }, services },
  refuses: [
    {
      name: "a call without principal",
      services,
      code: "credential-missing",
      headers: { "www-authenticate": /Bearer/ },
    },
    {
      name: "an application without subscription",
      call: { principal: { ...principal, application: "app_2" } },
      services,
      code: "subscription-missing",
    },
    {
      name: "an application subscribed to another product",
      call: { principal, match: { products: ["prod_2"] } },
      services,
      code: "subscription-missing",
    },
    {
      name: "an application that is gone",
      call: { principal: { ...principal, application: "app_gone" } },
      services,
      code: "subscription-missing",
    },
    {
      name: "calls to an API that stands in no product",
      call: { principal, match: { products: [] } },
      services,
      code: "subscription-missing",
    },
  ],
  failing: [
    { name: "a subscription that cannot be read does not count", call: { principal }, code: "registry-unavailable" },
    {
      name: "a subscription that is known needs no look-up",
      call: {
        principal,
        subscription: { id: "sub_1", product: "prod_1", plan: "plan_1", edition: 1, since: 0, overrides: [] },
      },
      code: null,
    },
  ],
});

it("says what to do", async () => {
  const { response } = await run({
    policies: [{ type: "require-subscription" }],
    call: callOf({ principal, match: { products: ["prod_2"] } }),
    services,
  });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("Subscribe the application to a product with Books");
});

it("lets the product that the API names first decide among several subscriptions", async () => {
  const subscriptions = [
    { id: "sub_a", product: "prod_a", plan: "plan_a", edition: 1, since: 0, overrides: [] },
    { id: "sub_b", product: "prod_b", plan: "plan_b", edition: 1, since: 0, overrides: [] },
  ];
  const { call } = await run({
    policies: [{ type: "require-subscription" }],
    call: callOf({ principal, match: { products: ["prod_b", "prod_a"] } }),
    services: servicesOf({ applications: [{ ...application, subscriptions }] }),
  });
  expect(call.subscription?.id).toBe("sub_b");
});
