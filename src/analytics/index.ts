/** @module Analytics: questions about usage. They read exact totals (schema/analytics.ts), never sampled points. */
import { listUsage } from "./list-usage.ts";

export { UsageRow } from "./list-usage.ts";
export { latencyPercentile } from "./latency-percentile.ts";

/** Everything that this area can do. */
export const analytics = { listUsage } as const;
