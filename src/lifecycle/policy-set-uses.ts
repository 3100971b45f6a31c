/** @module Where a policy set is named: a change of it is a change of all of them, at once. */
import { and, eq } from "drizzle-orm";
import { apis, productApis, versions } from "../../schema/catalog.ts";
import { schedules } from "../../schema/schedules.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Dependent } from "../actions/deletion.ts";
import { entriesOf, readRevisionContents, readServedContents, type ServedContent } from "../catalog/index.ts";
import { chunks } from "../model/chunks.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import { namesSet, type PolicySets } from "../model/policy-set.ts";
import type { Finding } from "../model/problem.ts";
import type { RevisionContent } from "../model/revision.ts";
import { checkOrder, listWithSets, type OrderedList } from "../policies/check-order.ts";
import { identifiesCallers, secretsIn } from "../policies/index.ts";
import { checkServedSecrets } from "./check-served-secrets.ts";
import { readPolicyList } from "./policy-list.ts";

/** What a set would break with these policies where it is named already. `sets` holds it as it would be. */
export async function checkSetUses(ctx: Context, set: string, sets: PolicySets): Promise<Finding[]> {
  const global = (await readPolicyList({ db: ctx.db, workspace: platformWorkspace })).policies;
  const common = (await readPolicyList(ctx)).policies;
  const served = await readServedContents(ctx);
  const isCommon = namesSet(common, set);
  const using = isCommon ? served : served.filter(({ content }) => namesSet(entriesOf(content), set));
  if (using.length === 0 && !isCommon) return [];
  const named = secretsIn(sets[set] ?? [], "/policies");
  const findings = [
    ...using.flatMap((one) => checkLists(one, { global, common, sets })),
    ...(await checkCallers(ctx, using, { global, common, sets })),
    ...(named.length === 0 ? [] : await checkServedSecrets(ctx, named, using)),
  ];
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}

interface Around {
  readonly global: readonly PolicyEntry[];
  readonly common: readonly PolicyEntry[];
  readonly sets: PolicySets;
}

/** The order of policies, as compiling would find it. */
function checkLists({ name, content }: ServedContent, { global, common, sets }: Around): Finding[] {
  const at = { pointerAt: () => "/policies" };
  const base: OrderedList[] = [
    { entries: global, owner: "the platform's list", ...at },
    { entries: common, owner: "the workspace's list", ...at },
    { entries: content.policies, owner: name, ...at },
  ];
  const own = Object.entries(content.operationPolicies).map(([operation, entries]) => [
    ...base,
    { entries, owner: `the operation “${operation}” of ${name}`, ...at },
  ]);
  return [base, ...own].flatMap((lists) => checkOrder(lists.map((list) => listWithSets(list, sets))));
}

/** In a product, something must go on saying who is calling. */
async function checkCallers(
  ctx: Context,
  using: readonly ServedContent[],
  { global, common, sets }: Around,
): Promise<Finding[]> {
  const open = using.filter(({ content }) => !identifiesCallers([...global, ...common, ...entriesOf(content)], sets));
  if (open.length === 0) return [];
  const bundled = await ctx.db
    .select({ version: versions.id })
    .from(versions)
    .innerJoin(productApis, eq(productApis.api, versions.api))
    .where(eq(versions.workspace, ctx.workspace));
  const inProducts = new Set(bundled.map(({ version }) => version));
  return open
    .filter(({ version }) => inProducts.has(version))
    .map(({ name }) => ({
      pointer: "/policies",
      message: `${name} stands in a product, and nothing else says who is calling it. Leave an authenticator such as “require-key” in the set, or publish the version with one first.`,
      severity: "error" as const,
    }));
}

/** Drafts that are read at once. */
const draftsMax = 200;

/** Everything that names the set: the workspace's list, what is served, and what is being worked on. */
export async function dependentsOfSet(ctx: Context, set: string): Promise<Dependent[]> {
  const list = (await readPolicyList(ctx)).policies;
  const served = await readServedContents(ctx);
  const drafts = await ctx.db
    .select({ id: versions.id, version: versions.name, api: apis.slug, draft: versions.draft })
    .from(versions)
    .innerJoin(apis, eq(apis.id, versions.api))
    .where(and(eq(versions.workspace, ctx.workspace)));
  const naming = new Map<string, Dependent>();
  for (const { version, name, content } of served)
    if (namesSet(entriesOf(content), set)) naming.set(version, { kind: "version", id: version, name });
  for (const some of chunks(drafts, draftsMax)) {
    const contents = await readRevisionContents(
      ctx,
      some.map(({ draft }) => draft),
    );
    for (const { id, version, api, draft } of some) {
      const content = contents.get(draft);
      if (content === undefined || naming.has(id) || !namesSet(entriesOf(content), set)) continue;
      naming.set(id, { kind: "draft", id, name: `${api}/${version}` });
    }
  }
  const central: Dependent[] = namesSet(list, set)
    ? [{ kind: "policy list", id: `policies_${ctx.workspace}`, name: "of the workspace" }]
    : [];
  return [...central, ...naming.values(), ...(await schedulesNaming(ctx, set))];
}

/** What is going to be published with it. */
async function schedulesNaming(ctx: Context, set: string): Promise<Dependent[]> {
  const planned = await ctx.db
    .select({ id: schedules.id, revision: schedules.revision, version: versions.name, api: apis.slug })
    .from(schedules)
    .innerJoin(versions, eq(versions.id, schedules.version))
    .innerJoin(apis, eq(apis.id, versions.api))
    .where(and(eq(schedules.workspace, ctx.workspace), eq(schedules.state, "waiting")));
  const revisions = [...new Set(planned.flatMap(({ revision }) => revision ?? []))];
  const contents = new Map<string, RevisionContent>();
  for (const some of chunks(revisions, draftsMax)) {
    for (const [id, content] of await readRevisionContents(ctx, some)) contents.set(id, content);
  }
  return planned.flatMap(({ id, revision, version, api }) => {
    const content = revision === null ? undefined : contents.get(revision);
    if (content === undefined || !namesSet(entriesOf(content), set)) return [];
    return [{ kind: "schedule", id, name: `of ${api}/${version}` }];
  });
}
