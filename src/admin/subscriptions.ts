import { consumers } from "../consumers/index.ts";
import type { Resource } from "./route.ts";

const list = "/subscriptions" as const;
const one = `${list}/{subscription}` as const;

export const subscriptions: Resource = {
  tag: "Subscriptions",
  summary: "Applications' rights to products, under plans.",
  schemas: { Subscription: consumers.getSubscription.output },
  routes: [
    { method: "get", path: list, does: consumers.listSubscriptions },
    { method: "post", path: list, does: consumers.createSubscription, status: 201, location: `${list}/{id}` },
    { method: "get", path: one, does: consumers.getSubscription },
    { method: "patch", path: one, does: consumers.updateSubscription },
    { method: "post", path: `${one}/approve`, does: consumers.approveSubscription },
    { method: "post", path: `${one}/reject`, does: consumers.rejectSubscription },
    { method: "delete", path: one, does: consumers.endSubscription },
    { method: "put", path: `${one}/overrides/{limit}`, does: consumers.setLimitOverride },
    { method: "delete", path: `${one}/overrides/{limit}`, does: consumers.clearLimitOverride },
  ],
};
