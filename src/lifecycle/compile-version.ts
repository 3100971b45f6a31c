import { and, asc, eq, inArray } from "drizzle-orm";
import { policyLists, policySets, productApis, upstreams, upstreamTargets } from "../../schema/catalog.ts";
import { environmentHosts, secrets } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { ApiRow, VersionRow } from "../catalog/index.ts";
import { compileRevision } from "../gateway/compile.ts";
import { policySetsOf } from "../model/policy-set.ts";
import { Problem, type Finding } from "../model/problem.ts";
import type { RevisionProgram } from "../model/program.ts";
import type { RevisionContent } from "../model/revision.ts";

export interface CompileTask {
  readonly api: ApiRow;
  readonly version: VersionRow;
  readonly revision: string;
  readonly content: RevisionContent;
  /** Id of the environment. */
  readonly environment: string;
}

/** Compiles with what surrounds the revision: central lists, products, targets. Pointers are relative to the content. */
export async function compileVersion(
  ctx: Context,
  task: CompileTask,
): Promise<{ readonly program: RevisionProgram | null; readonly findings: readonly Finding[] }> {
  const { api, version, revision, content, environment } = task;
  const { db, workspace, ownHosts, privateUpstreams } = ctx;
  const [lists, bundled, targets, hosts, known, sets] = await db.batch([
    db
      .select()
      .from(policyLists)
      .where(inArray(policyLists.workspace, [platformWorkspace, workspace])),
    db.select({ product: productApis.product }).from(productApis).where(eq(productApis.api, api.id)),
    db
      .select({ url: upstreamTargets.url, weight: upstreamTargets.weight })
      .from(upstreamTargets)
      .where(and(eq(upstreamTargets.upstream, version.upstream ?? ""), eq(upstreamTargets.environment, environment)))
      .orderBy(asc(upstreamTargets.position)),
    db
      .select({ host: environmentHosts.host })
      .from(environmentHosts)
      .where(eq(environmentHosts.environment, environment))
      .limit(1),
    db.select({ name: secrets.name, hosts: secrets.hosts }).from(secrets).where(eq(secrets.environment, environment)),
    db
      .select({ slug: policySets.slug, policies: policySets.policies })
      .from(policySets)
      .where(eq(policySets.workspace, workspace)),
  ]);
  const listOf = (owner: string) => lists.find((list) => list.workspace === owner)?.entries ?? [];
  const { program, findings } = compileRevision({
    workspace,
    api,
    version: version.id,
    revision,
    content,
    globalPolicies: listOf(platformWorkspace),
    workspacePolicies: listOf(workspace),
    policySets: policySetsOf(sets),
    products: bundled.map(({ product }) => product),
    targets,
    secrets: known,
    ownHosts,
    privateUpstreams,
  });
  return { program, findings: hosts.length > 0 ? findings : [...findings, noHost] };
}

const noHost: Finding = {
  pointer: "",
  message: "The environment has no host, so nobody can call it yet. Give the environment one.",
  severity: "warning",
};

/** The refusal of a revision, with every finding in `members.findings`. */
export function revisionInvalid(findings: readonly Finding[]): Problem {
  const first = findings.find(({ severity }) => severity === "error");
  const more = findings.filter(({ severity }) => severity === "error").length - 1;
  const detail = first === undefined ? "It does not compile." : `${first.pointer}: ${first.message}`;
  return new Problem("revision-invalid", {
    detail: more > 0 ? `${detail} (and ${more} more, see findings)` : detail,
    members: { findings },
  });
}

/** Why nothing of the version can be published in its state, or null if it can. */
export function refusedState(version: VersionRow): string | null {
  return version.state === "retired" ? `Version ${version.name} is retired. Reinstate it first.` : null;
}

/** The upstream's settings as they are now: a revision takes them over. Throws `revision-invalid` without an upstream. */
export async function upstreamSettingsOf(ctx: Context, version: VersionRow): Promise<RevisionContent["upstream"]> {
  const [row] = await ctx.db
    .select({ settings: upstreams.settings })
    .from(upstreams)
    .where(and(eq(upstreams.workspace, ctx.workspace), eq(upstreams.id, version.upstream ?? "")));
  if (row !== undefined) return row.settings;
  throw revisionInvalid([
    { pointer: "/upstream", message: "The version has no upstream. Name the one that answers.", severity: "error" },
  ]);
}
