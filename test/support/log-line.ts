import { ulid } from "ulid";
import type { LogLine } from "../../src/model/log-line.ts";

/** The line of a call that was answered, but for what a test says of it. */
export const logLine = (changes: Partial<LogLine> = {}): LogLine => ({
  call: ulid(),
  at: 1,
  environment: "env_1",
  api: "api_1",
  apiSlug: "books",
  version: "v1",
  operation: "listBooks",
  method: "GET",
  path: "/books/v1/books",
  status: 200,
  problem: "",
  refusedBy: "",
  organization: "org_1",
  application: "app_1",
  cache: "",
  durationMs: 12,
  upstreamMs: 10,
  requestBytes: 0,
  responseBytes: 2,
  aborted: false,
  colo: "",
  country: "",
  ...changes,
});
