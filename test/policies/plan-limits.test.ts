import { expect, it } from "vitest";
import type { Limit } from "../../src/model/limit.ts";
import type { PlanRecord } from "../../src/model/records.ts";
import { planLimits } from "../../src/policies/plan-limits.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, principal, run, servicesOf } from "../support/policy-run.ts";

const perMinute: Limit = { name: "per-minute", algorithm: "fixed-window", callsMax: 60, windowMs: 60_000 };
const perMonth: Limit = { name: "per-month", algorithm: "quota", callsMax: 1_000, period: "month" };
const plan: PlanRecord = {
  sequence: 12,
  id: "plan_1",
  workspace: "ws_1",
  slug: "basic",
  limits: { mode: "exact", onFailure: "allow", limits: [perMinute, perMonth] },
};
const subscription = {
  id: "sub_1",
  product: "prod_1",
  plan: "plan_1",
  edition: 3,
  since: 1_700_000_000_000,
  overrides: [],
};
const services = servicesOf({
  plans: [
    plan,
    { ...plan, id: "plan_2", limits: { ...plan.limits, limits: [] } },
    { ...plan, id: "plan_3", workspace: "ws_2" },
  ],
});

policyCases({
  definition: planLimits,
  wrong: [{ config: { limits: [] }, because: /unrecognized/ }],
  passes: { call: { principal, subscription }, services },
  refuses: [
    {
      name: "calls of nobody to an API that stands in a product",
      services,
      code: "credential-missing",
      headers: { "www-authenticate": /^Bearer/ },
    },
    {
      name: "an application whose subscription nobody has looked up",
      call: { principal },
      services,
      code: "subscription-missing",
    },
    {
      name: "a plan that is not there",
      call: { principal, subscription: { ...subscription, plan: "plan_gone" } },
      services,
      code: "revision-unusable",
    },
    {
      name: "a plan of another workspace",
      call: { principal, subscription: { ...subscription, plan: "plan_3" } },
      services,
      code: "revision-unusable",
    },
  ],
  failing: [
    { name: "a plan that cannot be read refuses", call: { principal, subscription }, code: "registry-unavailable" },
    {
      name: "an API that stands in no product has no plan to read",
      call: { principal, match: { products: [] } },
      code: null,
    },
  ],
});

it("demands the plan's limits of the application's ledger", async () => {
  const { call } = await run({
    policies: [{ type: "plan-limits" }],
    call: callOf({ principal, subscription, units: 3 }),
    services,
  });
  expect(call.demands).toEqual([
    {
      ledger: "app:ws_1:env_1:app_1",
      shards: 1,
      definitions: [
        { key: "sub_1/per-minute", generation: 3, revision: 12, limit: perMinute },
        { key: "sub_1/per-month", generation: 3, revision: 12, limit: perMonth },
      ],
      cost: 3,
      variable: false,
      mode: "exact",
      onFailure: "allow",
      credential: "cred_1",
    },
  ]);
});

it("counts under another plan what was counted before, as a newer generation, and anchors quotas on the subscription", async () => {
  const anchored: Limit = { ...perMonth, anchor: "subscription" };
  const other: PlanRecord = { ...plan, id: "plan_4", sequence: 9, limits: { ...plan.limits, limits: [anchored] } };
  const { call } = await run({
    policies: [{ type: "plan-limits" }],
    call: callOf({ principal, subscription: { ...subscription, plan: "plan_4", edition: 4 } }),
    services: servicesOf({ plans: [plan, other] }),
  });
  expect(call.demands[0]?.definitions).toEqual([
    { key: "sub_1/per-month", generation: 4, revision: 9, limit: { ...anchored, anchorAt: 1_700_000_000_000 } },
  ]);
});

it("defines what was given instead of what the plan says, until that ends by itself", async () => {
  const overrides = [
    { limit: "per-minute", callsMax: 0, expiresAt: null, reason: "" },
    { limit: "per-month", callsMax: 9, expiresAt: 5_000, reason: "" },
  ];
  const overridden = { ...subscription, overrides };
  const definitionsAt = async (startedAt: number) => {
    const call = { ...callOf({ principal, subscription: overridden }), startedAt };
    const { call: ran } = await run({ policies: [{ type: "plan-limits" }], call, services });
    return ran.demands[0]?.definitions;
  };
  const own = { generation: 3, revision: 12 };
  const shut = { key: "sub_1/per-minute", ...own, limit: { ...perMinute, callsMax: 0 } };
  expect(await definitionsAt(4_999)).toEqual([
    shut,
    { key: "sub_1/per-month", ...own, limit: { ...perMonth, callsMax: 9 }, ends: { at: 5_000, limit: perMonth } },
  ]);
  expect(await definitionsAt(5_000)).toEqual([shut, { key: "sub_1/per-month", ...own, limit: perMonth }]);
});

it.each([
  ["to an API that stands in no product", { principal, match: { products: [] } }],
  ["of a plan without limits", { principal, subscription: { ...subscription, plan: "plan_2" } }],
])("demands nothing for a call %s", async (_what, call) => {
  const { call: ran } = await run({ policies: [{ type: "plan-limits" }], call: callOf(call), services });
  expect(ran.demands).toEqual([]);
});
