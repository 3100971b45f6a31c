/** @module The APIs that are measured: the whole way of a call, single policies, and routes in growing numbers. */
import { policies } from "../src/policies/index.ts";
import type { Catalogue, CatalogueApi } from "./scene.ts";

export const routeCounts = [10, 1_000, 10_000] as const;

/** Key, subscription, plan limits, quota and usage: what most calls pass. */
const full: CatalogueApi = { policies: [{ type: "require-key" }, { type: "require-principal" }], limited: true };

/** What a policy needs said; the others work as they are. */
const configs: Readonly<Record<string, object>> = {
  cache: { defaultTtlSeconds: 60 },
  "ip-restriction": { allow: ["192.0.2.0/24"] },
  "rate-limit": { limits: [{ name: "wide", algorithm: "fixed-window", callsMax: 100_000_000, windowMs: 60_000 }] },
  "request-size": { bodyBytesMax: 1_000_000 },
  "request-headers": { set: { "X-Bench": "1" } },
  "response-headers": { set: { "X-Bench": "1" } },
};

/** Policies that only make sense behind a key, or that the gateway itself puts in. */
const behindKey = new Set(["require-principal", "require-subscription", "plan-limits"]);

/** Names that `--target` takes besides `bare` and `full`. */
export const policyTargets = Object.keys(policies).filter((type) => !behindKey.has(type));

export const fullCatalogue: Catalogue = { full };

export function policyCatalogue(type: string): Catalogue {
  const config = configs[type];
  return { [type]: { policies: [config === undefined ? { type } : { type, config }] } };
}

/** One API for each number of routes; otherwise like `full`. */
export const growthCatalogue: Catalogue = Object.fromEntries(
  routeCounts.map((count) => [growthName(count), { ...full, operations: makeOperations(count) }]),
);

export function growthName(count: number): string {
  return `routes-${count}`;
}

/** A call to a route from the middle of the list. */
export function growthPath(count: number): string {
  return `/resource-${Math.floor(count / 2)}/items/42`;
}

function makeOperations(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => index);
  return Object.fromEntries(names.map((index) => [`get${index}`, `GET /resource-${index}/items/{id}`]));
}
