import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Deleted } from "../actions/deletion.ts";
import {
  editOperations,
  findDraft,
  findOperation,
  operationOf,
  operationRef,
  refuseDocumented,
  withPolicies,
} from "./operation.ts";

export const deleteOperation = defineAction({
  name: "delete-operation",
  summary: "Takes an operation that no document describes out of a version's draft, with its policies.",
  scope: "catalog:write",
  input: z.strictObject({ ...operationRef }),
  output: Deleted,
  async decide({ operation: id, ...ref }, ctx) {
    const draft = await findDraft(ctx, ref);
    const gone = findOperation(draft, id);
    refuseDocumented(draft);
    const edited = {
      ...draft.content,
      operations: draft.content.operations.filter((one) => one !== gone),
      operationPolicies: withPolicies(draft.content, id, []),
    };
    const before = operationOf(draft, gone);
    return editOperations(ctx, draft, edited, { before, after: () => null, output: () => ({}) });
  },
});
