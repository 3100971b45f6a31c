/**
 * @module Links: what an answer leads to. Whatever stands in the table below carries `links`, relations to addresses, wherever it
 * is answered: by itself, in a page, or with more fields. Pages lead to the next.
 */
import * as z from "zod";
import { analytics } from "../analytics/index.ts";
import { catalog } from "../catalog/index.ts";
import { consumers } from "../consumers/index.ts";
import { Event } from "../events/index.ts";
import { monetisation } from "../monetisation/index.ts";
import { identity } from "../identity/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import { basePath, parametersOf, type Route } from "./route.ts";

/** Relations to paths below {@link basePath}, with fields of the item, or of the request's path where the item has none. */
type Links = Readonly<Record<string, `/${string}`>>;
type Fields = Readonly<Record<string, unknown>>;

const api = "/apis/{api}" as const;
const version = `${api}/versions/{version}` as const;
const key: Links = {
  self: "/keys/{id}",
  application: "/applications/{application}",
  environment: "/environments/{environment}",
};
const token: Links = { self: "/tokens/{id}", admin: "/admins/{admin}" };

const table = new Map<z.ZodType, Links>([
  [identity.getWorkspace.output, { self: "/workspaces/{id}" }],
  [identity.getSettings.output, { self: "/settings" }],
  [identity.getAdmin.output, { self: "/admins/{id}", tokens: "/tokens?admin={id}" }],
  [identity.getAdminToken.output, token],
  [identity.createAdminToken.output, token],
  [
    catalog.getEnvironment.output,
    { self: "/environments/{id}", secrets: "/environments/{id}/secrets", keys: "/keys?environment={id}" },
  ],
  [
    catalog.getSecret.output,
    { self: "/environments/{environment}/secrets/{name}", environment: "/environments/{environment}" },
  ],
  [catalog.getApi.output, { self: "/apis/{id}", versions: "/apis/{id}/versions", usage: "/usage?api={id}&by=version" }],
  [
    catalog.getVersion.output,
    {
      self: `${api}/versions/{id}`,
      api,
      upstream: "/upstreams/{upstream}",
      successor: `${api}/versions/{successor}`,
      draft: `${api}/versions/{id}/draft`,
      operations: `${api}/versions/{id}/operations`,
      document: `${api}/versions/{id}/document`,
      findings: `${api}/versions/{id}/findings`,
      revisions: `${api}/versions/{id}/revisions`,
      deployments: `${api}/versions/{id}/deployments`,
      callers: `${api}/versions/{id}/callers`,
    },
  ],
  [
    catalog.getOperation.output,
    { self: `${version}/operations/{operation}`, version, usage: "/usage?api={api}&operation={operation}" },
  ],
  [
    lifecycle.publishVersion.output,
    { version, revision: `${version}/revisions/{number}`, environment: "/environments/{environment}" },
  ],
  [
    catalog.getDraft.output,
    { self: `${version}/draft`, version, operations: `${version}/operations`, findings: `${version}/findings` },
  ],
  [lifecycle.checkVersion.output, { self: `${version}/findings`, version, draft: `${version}/draft` }],
  [lifecycle.getRevision.output, { version, revisions: `${version}/revisions` }],
  [
    lifecycle.startCanary.output,
    { version, stable: `${version}/revisions/{stable}`, environment: "/environments/{environment}" },
  ],
  [lifecycle.listRevisions.output.shape.items.element, { self: `${version}/revisions/{number}`, version }],
  [
    lifecycle.listDeployments.output.shape.items.element,
    { version, revision: `${version}/revisions/{number}`, environment: "/environments/{environment}" },
  ],
  [
    lifecycle.getSchedule.output,
    { self: "/schedules/{id}", version: `${api}/versions/{version}`, environment: "/environments/{environment}" },
  ],
  [
    analytics.listUsage.output.shape.items.element,
    {
      environment: "/environments/{environment}",
      api: "/apis/{api}",
      version: `${api}/versions/{version}`,
      application: "/applications/{application}",
      subscription: "/subscriptions/{subscription}",
    },
  ],
  [
    analytics.reconcileUsage.output.shape.items.element,
    {
      environment: "/environments/{environment}",
      application: "/applications/{application}",
      api: "/apis/{api}",
      usage: "/usage?application={application}&per=hour",
    },
  ],
  [analytics.listCallers.output.shape.items.element, { application: "/applications/{application}" }],
  [catalog.getPolicySet.output, { self: "/policy-sets/{id}" }],
  [lifecycle.getWorkspacePolicies.output, { self: "/policies", sets: "/policy-sets" }],
  [lifecycle.getGlobalPolicies.output, { self: "/platform/policies" }],
  [catalog.getUpstream.output, { self: "/upstreams/{id}" }],
  [
    catalog.getProduct.output,
    { self: "/products/{id}", plans: "/products/{id}/plans", subscriptions: "/subscriptions?product={id}" },
  ],
  [catalog.getPlan.output, { self: "/products/{product}/plans/{id}", product: "/products/{product}" }],
  [
    consumers.getOrganization.output,
    {
      self: "/organizations/{id}",
      members: "/organizations/{id}/members",
      applications: "/applications?organization={id}",
    },
  ],
  [consumers.getMember.output, { self: "/members/{id}", organization: "/organizations/{organization}" }],
  [
    consumers.getApplication.output,
    {
      self: "/applications/{id}",
      organization: "/organizations/{organization}",
      keys: "/applications/{id}/keys",
      limits: "/applications/{id}/limits",
      subscriptions: "/subscriptions?application={id}",
      usage: "/usage?application={id}&by=api",
    },
  ],
  [
    consumers.getSubscription.output,
    {
      self: "/subscriptions/{id}",
      application: "/applications/{application}",
      product: "/products/{product}",
      plan: "/products/{product}/plans/{plan}",
      credit: "/subscriptions/{id}/credit",
      grants: "/subscriptions/{id}/grants",
      usage: "/usage?subscription={id}",
    },
  ],
  [
    Event,
    {
      application: "/applications/{application}",
      limits: "/applications/{application}/limits?environment={environment}",
    },
  ],
  [
    monetisation.getGrant.output,
    {
      self: "/grants/{id}",
      subscription: "/subscriptions/{subscription}",
      application: "/applications/{application}",
      credit: "/subscriptions/{subscription}/credit?environment={environment}",
    },
  ],
  [
    monetisation.getCredit.output,
    {
      subscription: "/subscriptions/{subscription}",
      grants: "/subscriptions/{subscription}/grants",
      journal: "/subscriptions/{subscription}/credit/journal",
    },
  ],
  [consumers.getKey.output, key],
  [consumers.createKey.output, key],
]);

const pageLinks = z
  .object({
    self: z.string().describe("This page."),
    next: z.string().optional().describe("The next one, if there is one."),
  })
  .describe("Where this list goes on.");

const linked = new WeakMap<z.ZodType, z.ZodType>();

/** The schema of an answer: an output's, with the links that it carries. The same one for the same output. */
export function answerSchema(output: z.ZodType): z.ZodType {
  const known = linked.get(output);
  if (known !== undefined) return known;
  const made = withLinkFields(output);
  linked.set(output, made);
  return made;
}

function withLinkFields(output: z.ZodType): z.ZodType {
  if (!(output instanceof z.ZodObject)) return output;
  const links = table.get(output);
  if (links !== undefined) {
    const relations = Object.keys(links).map((name) => [name, z.string().optional()] as const);
    const described = z.object(Object.fromEntries(relations)).describe("Addresses of what it has to do with.");
    return output.extend({ links: described });
  }
  const items = itemsOf(output);
  if (items === undefined) return output;
  const page = { items: z.array(answerSchema(items)), ...("cursor" in output.shape ? { links: pageLinks } : {}) };
  return output.extend(page);
}

function itemsOf({ shape }: z.ZodObject): z.ZodType | undefined {
  const { items } = shape;
  return items instanceof z.ZodArray ? (items.element as z.ZodType) : undefined;
}

/** An output as it is answered. `parameters` are those of the request's path, `url` is its address. */
export function withLinks(
  { does: { output: schema } }: Pick<Route, "does">,
  output: Fields,
  { parameters, url }: { readonly parameters: Readonly<Record<string, string>>; readonly url: string },
): Fields {
  const links = table.get(schema);
  if (links !== undefined) return { ...output, links: fillLinks(links, output, parameters) };
  const { items, cursor } = output;
  if (!(schema instanceof z.ZodObject) || !Array.isArray(items)) return output;
  const itemSchema = itemsOf(schema);
  const own = itemSchema === undefined ? undefined : table.get(itemSchema);
  const shown =
    own === undefined
      ? items
      : (items as Fields[]).map((item) => ({ ...item, links: fillLinks(own, item, parameters) }));
  return { ...output, items: shown, ...("cursor" in schema.shape ? { links: linksOfPage(url, cursor) } : {}) };
}

function linksOfPage(address: string, cursor: unknown): Readonly<Record<string, string>> {
  const url = new URL(address);
  const self = url.pathname + url.search;
  if (typeof cursor !== "string") return { self };
  url.searchParams.set("cursor", cursor);
  return { self, next: url.pathname + url.search };
}

/** Those whose fields are all there: what has no successor leads to none. */
function fillLinks(links: Links, item: Fields, parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(links).flatMap(([relation, template]) => {
      const path = fillPath(template, item, parameters);
      return path === null ? [] : [[relation, path]];
    }),
  );
}

/** A path below {@link basePath} with its fields filled in; null if one of them is nowhere. */
export function fillPath(template: string, item: Fields, parameters: Readonly<Record<string, string>>): string | null {
  let path = template;
  for (const name of parametersOf(template)) {
    const field = item[name];
    const value =
      typeof field === "string" || typeof field === "number" ? field : field === null ? null : parameters[name];
    // Calls of nobody in particular have no application.
    if (value === undefined || value === null || value === "") return null;
    path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
  }
  return basePath + path;
}
