import * as z from "zod";
import type { Context } from "../actions/context.ts";
import type { Reader } from "../actions/rows.ts";
import { PolicyList } from "../model/policy-entry.ts";
import { canonicalJson, Operation, RevisionContent } from "../model/revision.ts";
import { UpstreamSettings } from "../model/upstream.ts";
import { contentAddress, readContent, readTexts, storeContent } from "./content.ts";

/** The parts of a version's draft that an operator writes. */
export const draftFields = {
  operations: z.array(Operation).max(5_000).describe("What a consumer can call, for an API without a document."),
  policies: PolicyList.describe("What happens to every call, in this order."),
  operationPolicies: z
    .record(z.string().min(1), PolicyList)
    .describe("What happens besides to calls of single operations, by operation id."),
};

export type DraftFields = {
  readonly [Key in keyof typeof draftFields]?: z.output<(typeof draftFields)[Key]> | undefined;
};

/** What a version begins with. */
export const emptyDraft = (): RevisionContent => ({
  document: null,
  operations: [],
  policies: [],
  operationPolicies: {},
  upstream: UpstreamSettings.parse({}),
});

/** The content that a draft or revision points to. */
export async function readRevisionContent(ctx: Reader, id: string): Promise<RevisionContent> {
  return contentFrom((await readContent(ctx, id)).text);
}

/** Those of many, by their addresses, in a few queries. */
export async function readRevisionContents(
  ctx: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RevisionContent>> {
  const texts = await readTexts(ctx, ids);
  return new Map(Array.from(texts, ([id, text]) => [id, contentFrom(text)]));
}

function contentFrom(text: string): RevisionContent {
  return RevisionContent.parse(JSON.parse(text));
}

/** Keeps the content and answers its address: equal content, equal address. */
export async function storeRevisionContent(ctx: Context, content: RevisionContent): Promise<string> {
  const text = canonicalJson(content);
  const id = await contentAddress(text);
  await storeContent(ctx, { id, kind: "revision", mediaType: "application/json", text });
  return id;
}

/** `content` with the given fields replaced. Operations written by hand take the place of a document's. */
export function editDraft(content: RevisionContent, fields: DraftFields): RevisionContent {
  return {
    ...content,
    ...(fields.operations === undefined ? {} : { operations: fields.operations, document: null }),
    policies: fields.policies ?? content.policies,
    operationPolicies: fields.operationPolicies ?? content.operationPolicies,
  };
}
