import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { RevisionContent } from "../model/revision.ts";
import { readRevision, revisionRef } from "./revision.ts";

export const getRevision = defineQuery({
  name: "get-revision",
  summary: "Answers the content of a revision of a version.",
  scope: "catalog:read",
  input: z.strictObject(revisionRef),
  // A schema of its own: what an answer leads to is told by it.
  output: RevisionContent.extend({}),
  read: (input, ctx) => readRevision(ctx, input),
});
