import { and, eq } from "drizzle-orm";
import { upstreamTargets } from "../../schema/catalog.ts";
import { secrets } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import { isAmong } from "../actions/rows.ts";
import type { ServedContent } from "../catalog/index.ts";
import type { Finding } from "../model/problem.ts";

/**
 * Findings for policies that are about to run for what is served already: each secret that they name is there in every
 * environment, and may go wherever the calls go. At a publish the same is found out by compiling.
 */
export async function checkServedSecrets(
  ctx: Context,
  named: readonly { readonly name: string; readonly pointer: string }[],
  served: readonly ServedContent[],
): Promise<Finding[]> {
  const { db, workspace } = ctx;
  const upstreams = [...new Set(served.flatMap(({ upstream }) => upstream ?? []))];
  const [known, targets] = await db.batch([
    db
      .select({ environment: secrets.environment, name: secrets.name, hosts: secrets.hosts })
      .from(secrets)
      .where(eq(secrets.workspace, workspace)),
    db
      .select({
        upstream: upstreamTargets.upstream,
        environment: upstreamTargets.environment,
        url: upstreamTargets.url,
      })
      .from(upstreamTargets)
      .where(and(eq(upstreamTargets.workspace, workspace), isAmong(upstreamTargets.upstream, upstreams))),
  ]);
  const findings = named.flatMap(({ name, pointer }) =>
    served.flatMap((one) => {
      const secret = known.find((row) => row.name === name && row.environment === one.environment);
      const message = (words: string) => [{ pointer, message: words, severity: "error" as const }];
      const command = `-e ${one.environmentSlug}`;
      if (secret === undefined) {
        const what = `There is no secret ${name} in ${one.environmentSlug}, where ${one.name} is served.`;
        return message(`${what} Set it with: gatehouse secrets set ${name} ${command}`);
      }
      const hosts = targets
        .filter(({ upstream, environment }) => upstream === one.upstream && environment === one.environment)
        .map(({ url }) => new URL(url).hostname);
      const unbound = hosts.find((host) => !secret.hosts.includes(host));
      if (unbound === undefined) return [];
      const all = [...new Set([...secret.hosts, ...hosts])].join(" ");
      const what = `The secret ${name} may not be sent to ${unbound}, where calls of ${one.name} go.`;
      return message(
        `${what} Whoever may bind secrets allows it with: gatehouse secrets bind ${name} ${all} ${command}`,
      );
    }),
  );
  return [...new Map(findings.map((finding) => [`${finding.pointer} ${finding.message}`, finding])).values()];
}
