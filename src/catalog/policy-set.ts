import { eq } from "drizzle-orm";
import * as z from "zod";
import { policySets } from "../../schema/catalog.ts";
import { Description, Name, Ref, Slug, stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { PolicyList } from "../model/policy-entry.ts";
import { policySetsOf, type PolicySets } from "../model/policy-set.ts";

/** What an operator says about a policy set. */
export const policySetFields = {
  slug: Slug.describe("Short name, by which lists name the set; fixed, as revisions hold it."),
  name: Name,
  description: Description,
  policies: PolicyList.describe("The policies that stand wherever a list names the set, in this order."),
};

export const PolicySet = z.object({ ...stamped, ...policySetFields });
export type PolicySet = z.output<typeof PolicySet>;

export type PolicySetRow = typeof policySets.$inferSelect;

export const policySetRef = { set: Ref.describe("Id or short name of the policy set.") };

export const policySetOf = (row: PolicySetRow): PolicySet => withoutWorkspace(row);

export const findPolicySet = (ctx: Reader, ref: string): Promise<PolicySetRow> =>
  findRow(ctx, policySets, ref, "policy set");

/** All sets of the workspace. */
export async function readPolicySets({ db, workspace }: Reader): Promise<PolicySets> {
  const rows = await db
    .select({ slug: policySets.slug, policies: policySets.policies })
    .from(policySets)
    .where(eq(policySets.workspace, workspace));
  return policySetsOf(rows);
}
