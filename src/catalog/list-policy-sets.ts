import * as z from "zod";
import { policySets } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { PolicySet, policySetOf } from "./policy-set.ts";

export const listPolicySets = defineQuery({
  name: "list-policy-sets",
  summary: "Lists the policy sets of the workspace.",
  scope: "catalog:read",
  input: z.strictObject({ ...searched }),
  output: pageOf(PolicySet),
  read: (page, ctx) => listRows(ctx, policySets, page, policySetOf),
});
