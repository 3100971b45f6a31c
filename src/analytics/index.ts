/** @module Analytics: questions about usage. They read exact totals (schema/analytics.ts) and what the
 * ledgers say, never sampled points. */
import { listCallers } from "./list-callers.ts";
import { listUsage } from "./list-usage.ts";
import { reconcileUsage } from "./reconcile-usage.ts";
import { tailLogs } from "./tail-logs.ts";

export { Caller, callerDays, readCallers, type CalledVersion, type Callers } from "./list-callers.ts";
export { UsageRow } from "./usage-row.ts";
export { ReconciledLedger } from "./reconcile-usage.ts";
export { LoggedCall } from "./tail-logs.ts";
export { latencyPercentile } from "./latency-percentile.ts";

/** Everything that this area can do. */
export const analytics = { listUsage, listCallers, reconcileUsage, tailLogs } as const;
