import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { unknownCursor } from "../actions/paging.ts";
import type { Operation } from "../model/revision.ts";
import { DraftOperation, findDraft, operationOf } from "./operation.ts";
import { versionRef } from "./version.ts";

const sorts = ["position", "operation", "-operation", "path", "-path"] as const;
type Sort = (typeof sorts)[number];

export const listOperations = defineQuery({
  name: "list-operations",
  summary: "Lists the operations of a version's draft with their policies.",
  scope: "catalog:read",
  input: z.strictObject({
    ...versionRef,
    limit: z.coerce.number().int().min(1).max(200).default(50).describe("Most items to answer."),
    cursor: z.string().max(300).optional().describe("Where the page before ended; leave it out for the first."),
    sort: z
      .enum(sorts)
      .default("position")
      .describe("What comes first: as in the document, or by id or path; the other way round with a minus."),
    search: z
      .string()
      .trim()
      .min(1)
      .max(120)
      .optional()
      .describe("Only those whose id, path or summary holds this, in either case."),
    method: z.string().min(1).max(20).optional().describe("Only those with this method."),
    tag: z.string().min(1).max(200).optional().describe("Only those under this tag."),
  }),
  output: pageOf(DraftOperation),
  async read({ limit, cursor, sort, search, method, tag, ...ref }, ctx) {
    const draft = await findDraft(ctx, ref);
    const found = sorted(draft.content.operations, sort).filter(
      (one) =>
        (method === undefined || one.method === method.toUpperCase()) &&
        (tag === undefined || one.tags.includes(tag)) &&
        (search === undefined || holds(one, search.toLowerCase())),
    );
    // Ids are unique: the page goes on behind the operation at which the one before ended.
    const start = cursor === undefined ? 0 : found.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== undefined && !draft.content.operations.some(({ id }) => id === cursor)) throw unknownCursor();
    const page = found.slice(start, start + limit);
    const last = page.at(-1)?.id ?? null;
    return {
      items: page.map((one) => operationOf(draft, one)),
      cursor: start + limit < found.length ? last : null,
    };
  },
});

function sorted(operations: readonly Operation[], sort: Sort): readonly Operation[] {
  if (sort === "position") return operations;
  const textOf = (one: Operation) => (sort.endsWith("path") ? `${one.path} ${one.method}` : one.id);
  const ascending = operations.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  return sort.startsWith("-") ? ascending.toReversed() : ascending;
}

function holds({ id, path, summary }: Operation, text: string): boolean {
  return [id, path, summary].some((field) => field.toLowerCase().includes(text));
}
