import * as z from "zod";
import { defineAction } from "../actions/action.ts";
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
  type Draft,
} from "./operation.ts";

export const updateOperation = defineAction({
  name: "update-operation",
  summary: "Changes an operation of a version's draft: its policies, and all else of it unless a document says that.",
  scope: "catalog:write",
  input: z.strictObject({
    ...operationRef,
    ...z.object({ ...operationFields, policies: operationPolicies }).partial().shape,
  }),
  output: DraftOperation,
  async decide({ operation: id, api, version, policies, ...fields }, ctx) {
    const draft = await findDraft(ctx, { api, version });
    const { content } = draft;
    const before = findOperation(draft, id);
    const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const next = { ...before, ...said };
    if (Object.keys(said).length > 0) {
      refuseDocumented(draft);
      refuseUnroutable(
        next,
        content.operations.filter((one) => one !== before),
      );
    }
    const edited = {
      ...content,
      operations: content.operations.map((one) => (one === before ? next : one)),
      ...(policies === undefined ? {} : { operationPolicies: withPolicies(content, id, policies) }),
    };
    const view = (at: Draft) => operationOf(at, findOperation(at, id));
    return editOperations(ctx, draft, edited, { before: view(draft), after: view, output: view });
  },
});
