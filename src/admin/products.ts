import { catalog } from "../catalog/index.ts";
import type { Resource } from "./route.ts";

const product = "/products/{product}" as const;
const plans = `${product}/plans` as const;

export const products: Resource = {
  tag: "Products",
  summary: "Bundles of APIs, and the plans under which applications may call them.",
  schemas: { Product: catalog.getProduct.output, Plan: catalog.getPlan.output },
  routes: [
    { method: "get", path: "/products", does: catalog.listProducts },
    { method: "post", path: "/products", does: catalog.createProduct, status: 201, location: "/products/{slug}" },
    { method: "get", path: product, does: catalog.getProduct },
    { method: "patch", path: product, does: catalog.updateProduct },
    { method: "delete", path: product, does: catalog.deleteProduct, status: 204, query: ["reason"] },
    { method: "get", path: plans, does: catalog.listPlans },
    { method: "post", path: plans, does: catalog.createPlan, status: 201, location: `${plans}/{slug}` },
    { method: "get", path: `${plans}/{plan}`, does: catalog.getPlan },
    { method: "patch", path: `${plans}/{plan}`, does: catalog.updatePlan },
    { method: "delete", path: `${plans}/{plan}`, does: catalog.deletePlan, status: 204 },
  ],
};
