import { eq } from "drizzle-orm";
import * as z from "zod";
import { policyLists } from "../../schema/catalog.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { stamped } from "../actions/fields.ts";
import type { Reader } from "../actions/rows.ts";
import { readPolicySets, readServedContents } from "../catalog/index.ts";
import { PolicyList } from "../model/policy-entry.ts";
import type { PolicySets } from "../model/policy-set.ts";
import type { Finding } from "../model/problem.ts";
import { canonicalJson } from "../model/revision.ts";
import { checkGlobalList, checkPolicyList } from "../policies/check-list.ts";
import { checkOrder, listWithSets } from "../policies/check-order.ts";
import { secretsWithin } from "../policies/index.ts";
import { checkServedSecrets } from "./check-served-secrets.ts";
import { revisionInvalid } from "./compile-version.ts";
import { nextSequence, storeShared } from "./workspace-program.ts";

export const policyListInput = { policies: PolicyList.describe("The whole list, in the order in which it runs.") };

export const CentralPolicies = z.object({
  edition: stamped.edition.describe("Counts the changes of this list; 0 while none was ever set."),
  updatedAt: z.int().nullable().describe("When it was last changed, in ms since 1970."),
  ...policyListInput,
});
export type CentralPolicies = z.output<typeof CentralPolicies>;

/** Schemas of their own: what an answer leads to is told by its schema. */
export const WorkspacePolicies = CentralPolicies.extend({});
export const GlobalPolicies = CentralPolicies.extend({});

export async function readPolicyList(ctx: Reader): Promise<CentralPolicies> {
  const [row] = await ctx.db.select().from(policyLists).where(eq(policyLists.workspace, ctx.workspace));
  // A row without an edition is there for the workspace's sets.
  if (row === undefined || row.edition === 0) return { edition: 0, updatedAt: null, policies: [] };
  return { edition: row.edition, updatedAt: row.updatedAt, policies: row.entries };
}

/** Decides that the Context's workspace has this list; that of the platform is the global one. */
export async function setPolicyList(ctx: Context, policies: PolicyList): Promise<Decision<CentralPolicies>> {
  const isGlobal = ctx.workspace === platformWorkspace;
  const sets = isGlobal ? {} : await readPolicySets(ctx);
  const findings = isGlobal ? checkGlobal(policies) : await checkWorkspace(ctx, policies, sets);
  if (findings.some(({ severity }) => severity === "error")) throw revisionInvalid(findings);
  const before = await readPolicyList(ctx);
  const target = { kind: "policy-list", id: `policies_${ctx.workspace}`, edition: before.edition };
  if (canonicalJson(policies) === canonicalJson(before.policies)) return { unchanged: true, target, output: before };
  const now = ctx.now();
  // The global program is the distribution's to make: it names those of all workspaces.
  const kept = isGlobal
    ? { program: null, sequence: await nextSequence(ctx) }
    : await storeShared(ctx, { policies, sets });
  const row = { ...kept, entries: policies, edition: before.edition + 1, updatedAt: now };
  const after = { edition: row.edition, updatedAt: now, policies };
  return {
    target,
    before,
    after,
    output: after,
    statements: [
      ctx.db
        .insert(policyLists)
        .values({ workspace: ctx.workspace, scope: isGlobal ? "global" : "workspace", ...row, createdAt: now })
        .onConflictDoUpdate({ target: policyLists.workspace, set: row }),
    ],
    effects: [distribute({ policies: true })],
  };
}

const pointerAt = (index: number): string => `/policies/${index}`;

function checkGlobal(policies: PolicyList): Finding[] {
  return [...checkGlobalList(policies, "/policies"), ...checkOrder([{ entries: policies, owner: null, pointerAt }])];
}

/** By itself, and behind the platform's list. What a version adds is checked when it is published. */
async function checkWorkspace(ctx: Context, policies: PolicyList, sets: PolicySets): Promise<Finding[]> {
  const global = await readPolicyList({ db: ctx.db, workspace: platformWorkspace });
  const named = secretsWithin(policies, sets, "/policies");
  return [
    ...checkPolicyList(policies, "/policies", sets),
    ...checkOrder([
      { entries: global.policies, owner: "the platform's list", pointerAt: () => "/policies" },
      listWithSets({ entries: policies, owner: null, pointerAt }, sets),
    ]),
    ...(named.length === 0 ? [] : await checkServedSecrets(ctx, named, await readServedContents(ctx))),
  ];
}
