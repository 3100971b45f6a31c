import { describe } from "vitest";
import { analytics } from "../../src/analytics/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";

const cases: ActionCase[] = [
  {
    does: analytics.listUsage,
    input: () => ({ per: "minute", application: "acme/web" }),
    // Usage of what is gone can be asked for, so that an unknown name is no mistake.
    names: "nothing",
    wrong: { input: { per: "second", to: "x" }, pointers: ["/to", "/per"] },
  },
  {
    does: analytics.listCallers,
    input: () => ({ api: "books", version: "v1" }),
    wrong: { input: { api: "books", version: "v1", days: 0 }, pointers: ["/days"] },
  },
  {
    does: analytics.tailLogs,
    input: () => ({ wait: 0, api: "books" }),
    wrong: { input: { wait: 26 }, pointers: ["/wait"] },
  },
  {
    does: analytics.reconcileUsage,
    input: () => ({ application: "acme/web" }),
    wrong: { input: { application: "", limit: 51 }, pointers: ["/application", "/limit"] },
  },
];

describe("analytics", () => describeArea(analytics, cases));
