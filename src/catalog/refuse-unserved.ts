import { eq } from "drizzle-orm";
import { deployments } from "../../schema/catalog.ts";
import { environments } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import { inputInvalid } from "../actions/input.ts";
import type { Finding } from "../model/problem.ts";
import { refusedTarget } from "../model/target-guard.ts";
import { upstreamsOf, type UpstreamRow } from "./upstream.ts";
import type { VersionRow } from "./version.ts";

/**
 * Throws `input-invalid` if `upstream` cannot answer for the version in each environment in which it is served: another
 * upstream takes effect at once, so what publishing checks is checked here, too.
 */
export async function refuseUnserved(ctx: Context, version: VersionRow, upstream: UpstreamRow): Promise<void> {
  const served = await ctx.db
    .select({ slug: environments.slug })
    .from(deployments)
    .innerJoin(environments, eq(environments.id, deployments.environment))
    .where(eq(deployments.version, version.id));
  if (served.length === 0) return;
  const [full] = await upstreamsOf(ctx, [upstream]);
  const targets = new Map(Object.entries(full?.targets ?? {}));
  const findings = served.flatMap(({ slug }) => {
    const list = targets.get(slug);
    if (list === undefined) {
      const where = `${slug}, where the version is served`;
      return [error(`The upstream ${upstream.slug} has no target in ${where}. Give it one first.`)];
    }
    return list.flatMap(({ url }) => {
      const reason = refusedTarget(new URL(url), ctx);
      return reason === null ? [] : [error(`The upstream ${upstream.slug} in ${slug}: ${reason}.`)];
    });
  });
  if (findings.length > 0) throw inputInvalid(findings);
}

function error(message: string): Finding {
  return { pointer: "/upstream", message, severity: "error" };
}
