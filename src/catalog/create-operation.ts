import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Problem } from "../model/problem.ts";
import {
  DraftOperation,
  editOperations,
  findDraft,
  findOperation,
  operationFields,
  operationOf,
  operationPolicies,
  operationRef,
  refuseDocumented,
  refuseUnroutable,
  withPolicies,
} from "./operation.ts";

const { method, path, summary, tags, deprecated } = operationFields;

/** As many as a version may have. */
const operationsMax = 5_000;

export const createOperation = defineAction({
  name: "create-operation",
  summary: "Adds an operation to the draft of a version that no document describes.",
  scope: "catalog:write",
  input: z.strictObject({
    ...operationRef,
    method,
    path,
    summary: summary.default(""),
    tags: tags.default([]),
    deprecated: deprecated.default(false),
    policies: operationPolicies.default([]),
  }),
  output: DraftOperation,
  async decide({ api, version, operation: id, policies, ...said }, ctx) {
    const draft = await findDraft(ctx, { api, version });
    refuseDocumented(draft);
    const { content } = draft;
    const made = { id, ...said };
    refuseUnroutable(made, content.operations);
    if (content.operations.length >= operationsMax) {
      throw new Problem("state-conflict", {
        detail: `A version has ${operationsMax} operations at most. Make another version, or an API for a part of it.`,
      });
    }
    const edited = {
      ...content,
      operations: [...content.operations, made],
      operationPolicies: withPolicies(content, id, policies),
    };
    const view = (next: typeof draft) => operationOf(next, findOperation(next, id));
    return editOperations(ctx, draft, edited, { before: null, after: view, output: view });
  },
});
