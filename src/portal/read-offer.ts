import { ask } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Api, Version } from "../catalog/index.ts";
import { catalog } from "../catalog/index.ts";
import { identity } from "../identity/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import type { Operation } from "../model/revision.ts";
import { readAll } from "../ui/read-all.ts";
import type { Hit } from "./catalogue-page.tsx";
import type { FirstCall } from "./home-page.tsx";
import type { Offer, OfferedApi, OfferedProduct, OfferedVersion } from "./offer.ts";
import { bySize, recommended } from "./offer.ts";

/** The environment whose versions the portal shows. */
const shownEnvironment = "production";

/** What anybody may see of the workspace: public APIs that stand in a product and were published. */
export async function readOffer(ctx: Context, originOf: (hosts: readonly string[]) => string): Promise<Offer> {
  const [workspace, apis, products, environments] = await Promise.all([
    readWorkspaceName(ctx),
    readAll((page) => ask(catalog.listApis, ctx, page)),
    readAll((page) => ask(catalog.listProducts, ctx, page)),
    readAll((page) => ask(catalog.listEnvironments, ctx, page)),
  ]);
  const bundled = new Set(products.flatMap((product) => product.apis));
  const visible = apis.filter((api) => api.visibility === "public" && bundled.has(api.id));
  const offered = (await Promise.all(visible.map((api) => readApi(ctx, api)))).filter((api) => api.versions.length > 0);
  offered.sort((a, b) => a.name.localeCompare(b.name));
  const slugs = new Map(visible.map((api) => [api.id, api.slug]));
  const shown = environments.find((environment) => environment.slug === shownEnvironment) ?? environments[0];
  const open = products.filter((product) => product.apis.some((id) => slugs.has(id)));
  return {
    workspace,
    apis: offered,
    products: await Promise.all(
      open.map(async (product): Promise<OfferedProduct> => {
        const plans = await readAll((page) => ask(catalog.listPlans, ctx, { product: product.id, ...page }));
        const { name, description } = product;
        return { name, description, plans: bySize(plans), apis: product.apis.flatMap((id) => slugs.get(id) ?? []) };
      }),
    ),
    gateway: originOf(byHowTheyRead(shown?.hosts ?? [])),
  };
}

/** Hosts as one would show them: names, then localhost, then addresses, then the mark for any host. */
function byHowTheyRead(hosts: readonly string[]): readonly string[] {
  const rank = (host: string) => (host === "*" ? 3 : /^[\d.]+$/.test(host) ? 2 : host === "localhost" ? 1 : 0);
  return [...hosts].sort((a, b) => rank(a) - rank(b));
}

export async function readWorkspaceName(ctx: Context): Promise<string> {
  return (await ask(identity.getWorkspace, ctx, {})).name;
}

async function readApi(ctx: Context, api: Api): Promise<OfferedApi> {
  const versions = await readAll((page) => ask(catalog.listVersions, ctx, { api: api.id, ...page }));
  // A draft is nowhere to go yet.
  const names = new Map(versions.flatMap(({ id, name, state }) => (state === "draft" ? [] : [[id, name] as const])));
  const offered = await Promise.all(
    versions.map(async (version): Promise<OfferedVersion | null> => {
      if (version.state === "draft") return null;
      const since = (await deploymentOf(ctx, api.id, version.id))?.publishedAt ?? null;
      const successor = version.successor === null ? null : (names.get(version.successor) ?? null);
      const { name, state, deprecatedAt, sunsetAt, guideUrl, brownouts } = version;
      return { name, state, since, successor, deprecation: { deprecatedAt, sunsetAt, guideUrl, brownouts } };
    }),
  );
  return { ...api, versions: offered.filter((version) => version !== null).reverse() };
}

async function deploymentOf(ctx: Context, api: string, version: Version["id"]) {
  const { items } = await ask(lifecycle.listDeployments, ctx, { api, version });
  return items.find((deployment) => deployment.environment === shownEnvironment) ?? items[0];
}

/** The operations that consumers reach: those of the live revision. */
export async function readOperations(
  ctx: Context,
  api: OfferedApi,
  version: OfferedVersion,
): Promise<readonly Operation[]> {
  const deployment = await deploymentOf(ctx, api.slug, version.name);
  if (deployment === undefined) return [];
  const ref = { api: api.slug, version: version.name, revision: deployment.number };
  return (await ask(lifecycle.getRevision, ctx, ref)).operations;
}

/** A call that works as it stands: a GET without anything to fill in, of the first API that has one. */
export async function readFirstCall(ctx: Context, offer: Offer): Promise<FirstCall | null> {
  for (const api of offer.apis) {
    const version = recommended(api);
    if (version === undefined || api.style !== "rest") continue;
    const operations = await readOperations(ctx, api, version);
    const operation = operations.find((each) => each.method === "GET" && !each.path.includes("{") && !each.deprecated);
    if (operation !== undefined) return { api, version, operation };
  }
  return null;
}

/** APIs and operations that mention the search in a name, path or summary, whatever the case. */
export async function readHits(ctx: Context, offer: Offer, search: string): Promise<readonly Hit[]> {
  const wanted = search.toLowerCase();
  const mentions = (...texts: readonly string[]) => texts.some((text) => text.toLowerCase().includes(wanted));
  const hits = await Promise.all(
    offer.apis.map(async (api): Promise<Hit> => {
      const version = recommended(api);
      const all = version === undefined ? [] : await readOperations(ctx, api, version);
      const operations = all.filter(({ id, path, summary, tags }) => mentions(id, path, summary, ...tags));
      return { api, operations, operationCount: all.length };
    }),
  );
  return hits.filter(({ api, operations }) => operations.length > 0 || mentions(api.name, api.description));
}
