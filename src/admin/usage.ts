import { analytics, ReconciledLedger, UsageRow } from "../analytics/index.ts";
import type { Resource } from "./route.ts";

export const usage: Resource = {
  tag: "Usage",
  summary: "What was called, exactly as the ledgers counted it.",
  schemas: { UsageRow, ReconciledLedger },
  routes: [
    { method: "get", path: "/usage", does: analytics.listUsage },
    { method: "post", path: "/usage/reconcile", does: analytics.reconcileUsage, query: ["limit", "cursor"] },
  ],
};
