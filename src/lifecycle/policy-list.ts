import { eq } from "drizzle-orm";
import * as z from "zod";
import { policyLists } from "../../schema/catalog.ts";
import { sequenceQuery } from "../../schema/records.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { stamped } from "../actions/fields.ts";
import type { Reader } from "../actions/rows.ts";
import { PolicyList } from "../model/policy-entry.ts";
import type { Finding } from "../model/problem.ts";
import { programFormat } from "../model/program.ts";
import { canonicalJson } from "../model/revision.ts";
import { checkCentralList } from "../policies/check-list.ts";
import { checkOrder } from "../policies/check-order.ts";
import { revisionInvalid } from "./compile-version.ts";
import { storeProgram } from "./program-store.ts";

export const policyListInput = { policies: PolicyList.describe("The whole list, in the order in which it runs.") };

export const CentralPolicies = z.object({
  edition: stamped.edition.describe("Counts the changes of this list; 0 while none was ever set."),
  updatedAt: z.int().nullable().describe("When it was last changed, in ms since 1970."),
  ...policyListInput,
});
export type CentralPolicies = z.output<typeof CentralPolicies>;

export async function readPolicyList(ctx: Reader): Promise<CentralPolicies> {
  const [row] = await ctx.db.select().from(policyLists).where(eq(policyLists.workspace, ctx.workspace));
  if (row === undefined) return { edition: 0, updatedAt: null, policies: [] };
  return { edition: row.edition, updatedAt: row.updatedAt, policies: row.entries };
}

/** Decides that the Context's workspace has this list; that of the platform is the global one. */
export async function setPolicyList(ctx: Context, policies: PolicyList): Promise<Decision<CentralPolicies>> {
  const findings = [...checkCentralList(policies, "/policies"), ...(await checkStanding(ctx, policies))];
  if (findings.some(({ severity }) => severity === "error")) throw revisionInvalid(findings);
  const before = await readPolicyList(ctx);
  const target = { kind: "policy-list", id: `policies_${ctx.workspace}`, edition: before.edition };
  if (canonicalJson(policies) === canonicalJson(before.policies)) return { unchanged: true, target, output: before };
  const now = ctx.now();
  const global = ctx.workspace === platformWorkspace;
  // One more than what any earlier change of this list had: each was committed before this is decided.
  const [at] = await sequenceQuery(ctx.db);
  const sequence = (at?.sequence ?? 0) + 1;
  const program = global || policies.length === 0 ? null : await storeWorkspaceProgram(ctx, policies, sequence);
  const row = { entries: policies, program, sequence, edition: before.edition + 1, updatedAt: now };
  const after = { edition: row.edition, updatedAt: now, policies };
  return {
    target,
    before,
    after,
    output: after,
    statements: [
      ctx.db
        .insert(policyLists)
        .values({ workspace: ctx.workspace, scope: global ? "global" : "workspace", ...row, createdAt: now })
        .onConflictDoUpdate({ target: policyLists.workspace, set: row }),
    ],
    effects: [distribute({ policies: true })],
  };
}

/** The order within the list, and behind the platform's. What a version adds is checked when it is published. */
async function checkStanding(ctx: Context, policies: PolicyList): Promise<Finding[]> {
  const pointerAt = (index: number) => `/policies/${index}`;
  const own = { entries: policies, owner: null, pointerAt };
  if (ctx.workspace === platformWorkspace) return checkOrder([own]);
  const global = await readPolicyList({ db: ctx.db, workspace: platformWorkspace });
  return checkOrder([{ entries: global.policies, owner: "the platform's list", pointerAt: () => "/policies" }, own]);
}

function storeWorkspaceProgram(ctx: Context, policies: PolicyList, sequence: number): Promise<string> {
  return storeProgram(ctx, {
    format: programFormat,
    kind: "workspace",
    workspace: ctx.workspace,
    policies,
    sequence,
  });
}
