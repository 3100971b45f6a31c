import type { Usage } from "../../../src/model/usage.ts";
import { usage } from "../../support/usage.ts";

/** Half a second stands for twenty minutes, so that a schedule has several hours of several minutes. */
const stepMs = 500;
const stepMinutes = 20;

/** One finished call of an isolate: the isolate's name stands in as the application, so that totals can be told apart. */
export function usageOf(application: string, at: number): Usage {
  return { ...usage, application, at: Math.floor(at / stepMs) * stepMinutes * 60_000 };
}
