import { latencyBoundsMs } from "../model/usage.ts";

/**
 * The latency in ms that the share `quantile` of calls stayed within: interpolated within its bucket, as Prometheus does. The
 * last bucket has no upper bound, so its answer is the greatest bound. 0 for no calls.
 */
export function latencyPercentile(histogram: readonly number[], quantile: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const rank = quantile * total;
  let below = 0;
  for (const [index, bound] of latencyBoundsMs.entries()) {
    const count = histogram[index] ?? 0;
    if (below + count >= rank && count > 0) {
      const lower = index === 0 ? 0 : (latencyBoundsMs[index - 1] ?? 0);
      return Math.round((lower + ((bound - lower) * (rank - below)) / count) * 10) / 10;
    }
    below += count;
  }
  return latencyBoundsMs.at(-1) ?? 0;
}
