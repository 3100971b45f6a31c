import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { DraftOperation, findDraft, findOperation, operationOf, operationRef } from "./operation.ts";

export const getOperation = defineQuery({
  name: "get-operation",
  summary: "Answers one operation of a version's draft with its policies.",
  scope: "catalog:read",
  input: z.strictObject({ ...operationRef }),
  output: DraftOperation,
  async read({ operation, ...ref }, ctx) {
    const draft = await findDraft(ctx, ref);
    return operationOf(draft, findOperation(draft, operation));
  },
});
