import { and, eq } from "drizzle-orm";
import { apis, deployments, versions } from "../../schema/catalog.ts";
import { environments } from "../../schema/workspaces.ts";
import type { Reader } from "../actions/rows.ts";
import { chunks } from "../model/chunks.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import type { RevisionContent } from "../model/revision.ts";
import { readRevisionContents } from "./draft.ts";

/** A version as it is served in an environment, to all callers or to those of its canary. */
export interface ServedContent {
  readonly version: string;
  /** `bookshop/v1` */
  readonly name: string;
  readonly upstream: string | null;
  readonly environment: string;
  readonly environmentSlug: string;
  readonly content: RevisionContent;
}

/** Contents that are read at once: they hold no documents. */
const contentsMax = 200;

/** Everything that is served in the workspace or one environment of it; what is retired may be reinstated, and counts. */
export async function readServedContents(ctx: Reader, environment?: string): Promise<ServedContent[]> {
  const served = await ctx.db
    .select({
      version: versions.id,
      versionName: versions.name,
      api: apis.slug,
      upstream: versions.upstream,
      environment: deployments.environment,
      environmentSlug: environments.slug,
      revision: deployments.revision,
      canary: deployments.canary,
    })
    .from(deployments)
    .innerJoin(versions, eq(versions.id, deployments.version))
    .innerJoin(apis, eq(apis.id, versions.api))
    .innerJoin(environments, eq(environments.id, deployments.environment))
    .where(
      and(
        eq(deployments.workspace, ctx.workspace),
        environment === undefined ? undefined : eq(deployments.environment, environment),
      ),
    );
  const pointed = served.flatMap(({ revision, canary, ...row }) =>
    [revision, ...(canary === null ? [] : [canary.revision])].map((id) => ({ id, ...row })),
  );
  const contents = new Map<string, RevisionContent>();
  for (const some of chunks([...new Set(pointed.map(({ id }) => id))], contentsMax)) {
    for (const [id, content] of await readRevisionContents(ctx, some)) contents.set(id, content);
  }
  return pointed.flatMap(({ id, api, versionName, ...row }) => {
    const content = contents.get(id);
    return content === undefined ? [] : [{ ...row, name: `${api}/${versionName}`, content }];
  });
}

/** All entries of a content, wherever they stand. */
export function entriesOf({ policies, operationPolicies }: RevisionContent): PolicyEntry[] {
  return [...policies, ...Object.values(operationPolicies).flat()];
}
