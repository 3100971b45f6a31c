import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { RevisionContent } from "../model/revision.ts";
import { readRevision, revisionRef } from "./revision.ts";

export const getRevision = defineQuery({
  name: "get-revision",
  summary: "Answers the content of a revision of a version.",
  scope: "catalog:read",
  input: z.strictObject(revisionRef),
  output: RevisionContent,
  read: (input, ctx) => readRevision(ctx, input),
});
