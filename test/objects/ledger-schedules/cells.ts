import type { UsageCell } from "../../../src/model/usage.ts";

/** One finished call of an isolate: the isolate's name stands in as the application, so that totals can be told apart. */
export function cellFor(application: string, at: number): UsageCell {
  return {
    // Half a second stands for a minute, so that a schedule has several.
    minute: Math.floor(at / 500),
    subscription: "sub_1",
    application,
    api: "api_1",
    version: "v1",
    operation: "list",
    meter: "calls",
    calls: 1,
    units: 1,
    classes: { "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0 },
    histogram: [1],
  };
}
