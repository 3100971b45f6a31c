import { and, eq, inArray, sql } from "drizzle-orm";
import { apis, deployments, policyLists, versions } from "../../schema/catalog.ts";
import { environments } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { isAmong } from "../actions/rows.ts";
import { Problem } from "../model/problem.ts";
import { identifiesCallers } from "../policies/index.ts";
import { readRevisionContents } from "./draft.ts";
import { readPolicySets } from "./policy-set.ts";
import { entriesOf } from "./served-content.ts";

/**
 * Throws `state-conflict` if one of the APIs, which are about to come into a product, is served by a revision that does not
 * ask who is calling. In a product each call needs a subscription, from now on: all of its calls would be refused.
 */
export async function refuseUnidentified(ctx: Context, apiIds: readonly string[]): Promise<void> {
  if (apiIds.length === 0) return;
  const lists = await ctx.db
    .select({ entries: policyLists.entries })
    .from(policyLists)
    .where(inArray(policyLists.workspace, [platformWorkspace, ctx.workspace]));
  const sets = await readPolicySets(ctx);
  if (lists.some(({ entries }) => identifiesCallers(entries, sets))) return;
  const served = await ctx.db
    .select({ api: apis.slug, version: versions.name, environment: environments.slug, revision: deployments.revision })
    .from(deployments)
    .innerJoin(versions, eq(versions.id, deployments.version))
    .innerJoin(apis, eq(apis.id, versions.api))
    .innerJoin(environments, eq(environments.id, deployments.environment))
    .where(
      and(
        // The plus keeps SQLite from beginning with every version of the workspace.
        sql`+${versions.workspace} = ${ctx.workspace}`,
        inArray(versions.state, ["published", "deprecated"]),
        isAmong(apis.id, apiIds),
      ),
    );
  const contents = await readRevisionContents(
    ctx,
    served.map(({ revision }) => revision),
  );
  const open = served.find(({ revision }) => {
    const content = contents.get(revision);
    return content === undefined || !identifiesCallers(entriesOf(content), sets);
  });
  if (open === undefined) return;
  throw new Problem("state-conflict", {
    detail:
      `Version ${open.version} of ${open.api} is served in ${open.environment} without a policy that says who is calling, ` +
      "so all its calls would be refused. Add “require-key” to it and publish it, then add the API to the product.",
  });
}
