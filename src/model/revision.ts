/**
 * @module Revisions: the immutable, content-addressed content of a version. What is published, diffed and rolled back to.
 */
import * as z from "zod";
import { PolicyList } from "./policy-entry.ts";
import { UpstreamSettings } from "./upstream.ts";

/** Names that mean something else: to clients that shorten paths, and to objects whose fields are named by operations. */
const reservedIds: readonly string[] = [".", "..", "__proto__"];
export const isOperationId = (text: string): boolean =>
  text.length <= 200 && text !== "" && !reservedIds.includes(text);

/** What a consumer can call, as taken from the document. */
export const Operation = z.strictObject({
  /** `operationId`, or made of method and path where the document has none: `get-books-isbn`. Unique in its revision. */
  id: z
    .string()
    .min(1)
    .max(200)
    .refine(
      (id) => !reservedIds.includes(id),
      `An operation cannot be called ${reservedIds.join(" or ")}. Give it another id.`,
    ),
  method: z.string().regex(/^[A-Z]+$/),
  path: z.string().startsWith("/"),
  summary: z.string().default(""),
  tags: z.array(z.string()).default([]),
  deprecated: z.boolean().default(false),
});
export type Operation = z.output<typeof Operation>;

export const RevisionContent = z.strictObject({
  /** Hash of the stored document, or null for an API described by its operations alone. */
  document: z.string().nullable(),
  operations: z.array(Operation),
  policies: PolicyList,
  /** Policies of single operations, by operation id; they run after `policies`. */
  operationPolicies: z.record(z.string(), PolicyList),
  upstream: UpstreamSettings,
});
export type RevisionContent = z.output<typeof RevisionContent>;

/**
 * JSON with object keys in order and undefined left out: equal content has equal text, whatever order it was written in.
 * The input of content addresses and of diffs.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, field]) => field !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
        )
      : inner,
  );
}
