/**
 * @module Log lines: what a live tail tells of a finished call. Neither headers nor bodies nor the query, which may hold a
 * credential. Pure.
 */
import * as z from "zod";

export const LogLine = z.object({
  call: z.string().describe("Id of the call, as its answer bore it in Gatehouse-Call-Id."),
  at: z.int().describe("When it began, in ms since 1970."),
  environment: z.string().describe("Id of the environment."),
  api: z.string().describe("Id of the API."),
  apiSlug: z.string().describe("Short name of the API."),
  version: z.string().describe("Name of the version; empty where the call named none that is there."),
  operation: z.string().describe("Id of the operation; empty where the call did not get so far."),
  method: z.string(),
  path: z.string().describe("Path as the caller wrote it, without its query; cut off after 500 characters."),
  status: z.int(),
  problem: z.string().describe("Code of the problem that was answered, or empty."),
  refusedBy: z.string().describe("Id of the policy that refused, `gateway`, or empty."),
  organization: z.string().describe("Id of the caller's organization, or empty."),
  application: z.string().describe("Id of the caller's application, or empty."),
  cache: z.enum(["", "hit", "miss", "stale", "revalidated", "bypass"]).describe("What the response cache did."),
  durationMs: z.int().describe("From the request's first byte to the answer's last."),
  upstreamMs: z.int().describe("Time spent waiting for the head of the upstream's answer; 0 if it was not asked."),
  requestBytes: z.int(),
  responseBytes: z.int(),
  aborted: z.boolean().describe("The caller left before the answer ended."),
  colo: z.string().describe("Data centre that served it, or empty."),
  country: z.string().describe("Country of the caller (ISO 3166-1 alpha-2), or empty."),
});
export type LogLine = z.output<typeof LogLine>;

/** A status, or a class of them. */
export const StatusFilter = z
  .string()
  .regex(/^[1-5](?:\d\d|xx)$/, "Write a status such as 404, or a class such as 4xx.");

/** Ids and names that a line must have; a field that is left out lets every line pass. */
export interface LogFilter {
  readonly environment?: string | undefined;
  readonly api?: string | undefined;
  readonly version?: string | undefined;
  readonly operation?: string | undefined;
  readonly application?: string | undefined;
  readonly method?: string | undefined;
  readonly problem?: string | undefined;
  /** As {@link StatusFilter}. */
  readonly status?: string | undefined;
}

export function passes(line: LogLine, { status, ...names }: LogFilter): boolean {
  const isIt = (Object.entries(names) as [keyof typeof names, string | undefined][]).every(
    ([name, wanted]) => wanted === undefined || line[name] === wanted,
  );
  const text = String(line.status);
  return isIt && (status === undefined || (status.endsWith("xx") ? text[0] === status[0] : text === status));
}

/** Asked of a tail: what arrived behind `cursor`, or behind now where there is none. */
export interface TailQuestion {
  readonly workspace: string;
  readonly cursor?: string | undefined;
  /** How long to wait for a line that passes, in ms. */
  readonly waitMs: number;
  readonly limit: number;
  readonly filter: LogFilter;
}

export interface TailAnswer {
  readonly lines: readonly LogLine[];
  readonly cursor: string;
  /** Calls since the question's cursor of which no line was kept, as there were too many; the filter is not asked. */
  readonly skipped: number;
}
