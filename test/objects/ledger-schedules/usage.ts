import type { Usage } from "../../../src/model/usage.ts";
import { usage } from "../../support/usage.ts";

/** Half a second stands for a minute, so that a schedule has several. */
const minuteMs = 500;

/** One finished call of an isolate: the isolate's name stands in as the application, so that totals can be told apart. */
export function usageOf(application: string, at: number): Usage {
  return { ...usage, application, at: Math.floor(at / minuteMs) * 60_000 };
}
