import { ask } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { analytics } from "../analytics/index.ts";
import type { Version } from "../catalog/index.ts";
import { catalog } from "../catalog/index.ts";
import { consumers } from "../consumers/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import { Problem } from "../model/problem.ts";
import { readAll } from "../ui/read-all.ts";
import { noTraffic } from "./traffic.ts";
import { firstHour, hourMs } from "./view.ts";
import type { ApiLine, ApiView, ApplicationLine, Hour, Part, Usage, VersionView } from "./view.ts";

/** What was read, or why it was not: the rest of the page stays. */
export async function part<Content>(read: Promise<Content>): Promise<Part<Content>> {
  try {
    return { content: await read };
  } catch (thrown) {
    const problem = Problem.from(thrown);
    if (problem.status >= 500) console.error(problem.code, problem.cause ?? problem);
    return { problem };
  }
}

export async function readUsage(ctx: Context, until: number): Promise<Usage> {
  const first = firstHour(until);
  const range = { from: first * hourMs, to: until };
  const [total, hours, apis, applications] = await Promise.all([
    ask(analytics.listUsage, ctx, range),
    ask(analytics.listUsage, ctx, { ...range, per: "hour" }),
    ask(analytics.listUsage, ctx, { ...range, by: ["api"] }),
    ask(analytics.listUsage, ctx, { ...range, by: ["application"] }),
  ]);
  const byHour = new Map(hours.items.map((row) => [row.from, row]));
  return {
    until,
    total: total.items[0] ?? noTraffic,
    hours: Array.from({ length: 24 }, (_, index): Hour => {
      const at = (first + index) * hourMs;
      return { at, traffic: byHour.get(at) ?? noTraffic };
    }),
    byApi: new Map(apis.items.map((row) => [row.api ?? "", row])),
    byApplication: new Map(applications.items.map((row) => [row.application ?? "", row])),
  };
}

export async function readApis(ctx: Context, usage: Part<Usage>): Promise<readonly ApiLine[]> {
  const apis = await readAll((page) => ask(catalog.listApis, ctx, page));
  return Promise.all(
    apis.map(async (api): Promise<ApiLine> => {
      const versions = (await readAll((page) => ask(catalog.listVersions, ctx, { api: api.id, ...page }))).reverse();
      const [newest] = versions;
      const traffic = "content" in usage ? usage.content.byApi.get(api.id) : undefined;
      return {
        ...api,
        isPrivate: api.visibility === "private",
        versions,
        operationCount: newest === undefined ? 0 : (await contentOf(ctx, newest)).content.operations.length,
        traffic: traffic ?? noTraffic,
      };
    }),
  );
}

export async function readApplications(ctx: Context, usage: Part<Usage>): Promise<readonly ApplicationLine[]> {
  const [applications, organizations, subscriptions, products] = await Promise.all([
    readAll((page) => ask(consumers.listApplications, ctx, page)),
    readAll((page) => ask(consumers.listOrganizations, ctx, page)),
    readAll((page) => ask(consumers.listSubscriptions, ctx, page)),
    readAll((page) => ask(catalog.listProducts, ctx, page)),
  ]);
  const plans = await Promise.all(
    products.map((product) => readAll((page) => ask(catalog.listPlans, ctx, { product: product.id, ...page }))),
  );
  const names = new Map([...organizations, ...products, ...plans.flat()].map(({ id, name }) => [id, name]));
  return applications.map((application) => ({
    slug: application.slug,
    name: application.name,
    organization: names.get(application.organization) ?? "",
    isSuspended: application.state !== "active",
    subscriptions: subscriptions
      .filter((each) => each.application === application.id && each.state === "active")
      .map((each) => `${names.get(each.product) ?? each.product} on ${names.get(each.plan) ?? each.plan}`),
    traffic: ("content" in usage ? usage.content.byApplication.get(application.id) : undefined) ?? noTraffic,
  }));
}

/** An API and, of its version of that name or its newest, all that is known. Throws `resource-not-found`. */
export async function readApi(
  ctx: Context,
  slug: string,
  named: string | undefined,
): Promise<{ readonly api: ApiView; readonly version: VersionView | null }> {
  const api = await ask(catalog.getApi, ctx, { api: slug });
  const versions = (await readAll((page) => ask(catalog.listVersions, ctx, { api: api.id, ...page }))).reverse();
  const shown = named === undefined ? versions[0] : versions.find((version) => version.name === named);
  if (named !== undefined && shown === undefined) {
    throw new Problem("resource-not-found", { detail: `${api.slug} has no version ${named}.` });
  }
  const successor = versions.find((version) => version.id === shown?.successor)?.name ?? null;
  return {
    api: { ...api, isPrivate: api.visibility === "private", versions },
    version: shown === undefined ? null : await readVersion(ctx, shown, successor),
  };
}

async function readVersion(ctx: Context, version: Version, successor: string | null): Promise<VersionView> {
  const ref = { api: version.api, version: version.id };
  const [{ content, deployments }, revisions, waiting] = await Promise.all([
    contentOf(ctx, version),
    ask(lifecycle.listRevisions, ctx, ref),
    readAll((page) => ask(lifecycle.listSchedules, ctx, { version: version.id, state: "waiting", ...page })),
  ]);
  const numberOf = new Map(revisions.items.map(({ id, number }) => [id, number]));
  return {
    name: version.name,
    state: version.state,
    successor,
    sunsetAt: version.sunsetAt,
    brownouts: version.state === "deprecated" ? version.brownouts : [],
    deployments: deployments.map(({ environment, number, publishedAt, canary }) => ({
      environment,
      revision: number,
      publishedAt,
      canary: canary === null ? null : { revision: numberOf.get(canary.revision) ?? 0, percent: canary.percent },
    })),
    schedules: waiting.toSorted((a, b) => a.at - b.at),
    revisions: revisions.items,
    operations: content.operations,
    policies: content.policies,
    operationPolicies: content.operationPolicies,
  };
}

/** What is live of a version, in production before elsewhere; of one that was never published, its draft. */
async function contentOf(ctx: Context, version: Version) {
  const ref = { api: version.api, version: version.id };
  const { items: deployments } = await ask(lifecycle.listDeployments, ctx, ref);
  const live = deployments.find((deployment) => deployment.environment === "production") ?? deployments[0];
  const content =
    live === undefined
      ? await ask(catalog.getDraft, ctx, ref)
      : await ask(lifecycle.getRevision, ctx, { ...ref, revision: live.number });
  return { content, deployments };
}
