/**
 * Workspace isolation, over every route of the OpenAPI document: whoever holds everything in one workspace, and knows every id
 * of another, learns no more of it than of what was never there, and changes nothing in it.
 */
import { count, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { perform } from "../../src/actions/action.ts";
import { describeApi } from "../../src/admin/openapi.ts";
import { resourcesOf } from "../../src/admin/resources.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { monetisation } from "../../src/monetisation/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { identity } from "../../src/identity/index.ts";
import { sealer } from "../../src/model/seal.ts";
import { openShop } from "../support/stock.ts";
import { management, type Management } from "./management.ts";
import { samples } from "./samples.ts";

const resources = resourcesOf({ explanations: sealer("only the routes are looked at here", "explanation") });
const routes = resources.flatMap((resource) => resource.routes);
const documented = Object.entries(describeApi(resources).paths ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods).flatMap((method) => {
    const route = routes.find((one) => one.path === path && one.method === method);
    return route === undefined ? [] : [{ name: `${method} ${path}`, route }];
  }),
);

/** Ids of what another workspace has, by what fields and path parameters call it. */
type Ids = Readonly<Record<string, string>>;

let victim: Management;
let attacker: Management;
let token: string;
let ids: Ids;
let trail: number;

/** Of what goes by a name or number of its own, and not by an id. */
const madeUpNames: Ids = { revision: "1", secret: "MADE_UP" };

const madeUp = (theirs: Ids): Ids =>
  Object.fromEntries(Object.keys(theirs).map((name) => [name, madeUpNames[name] ?? `${name}_0MADEUP`]));

async function auditLength({ ctx }: Management): Promise<number> {
  const [row] = await ctx.db.select({ rows: count() }).from(audit).where(eq(audit.workspace, ctx.workspace));
  return row?.rows ?? 0;
}

beforeAll(async () => {
  victim = await management();
  attacker = await management();
  token = await attacker.tokenOf({ scopes: ["*"] });
  const { ctx } = victim;
  const shop = await openShop(ctx);
  const admin = await perform(identity.createAdmin, ctx, { email: "ada@example.com", name: "Ada", role: "owner" });
  const member = await perform(consumers.createMember, ctx, {
    organization: "acme",
    email: "grace@example.com",
    name: "Grace",
    role: "owner",
  });
  const service = await perform(identity.createAdminToken, ctx, { name: "CI", role: "publisher" });
  await perform(catalog.setSecret, ctx, { environment: "production", secret: "TOKEN", value: "s3cret" });
  const schedule = await perform(lifecycle.scheduleVersion, ctx, {
    api: "books",
    version: "v1",
    does: "retire",
    at: Date.now() + 86_400_000,
  });
  const grant = await perform(monetisation.createGrant, ctx, { subscription: shop.subscription.id, units: 5 });
  const set = await perform(lifecycle.createPolicySet, ctx, { slug: "guarded", name: "Guarded" });
  ids = {
    limit: "per-minute",
    set: set.id,
    grant: grant.id,
    operation: "get-book",
    workspace: ctx.workspace,
    environment: ctx.environment,
    api: shop.api.id,
    version: shop.version.id,
    revision: "1",
    upstream: shop.upstream.id,
    product: shop.product.id,
    plan: shop.plan.id,
    organization: shop.organization.id,
    application: shop.application.id,
    subscription: shop.subscription.id,
    key: shop.key.id,
    secret: "TOKEN",
    schedule: schedule.id,
    admin: admin.id,
    member: member.id,
    token: service.id,
  };
  trail = await auditLength(victim);
});

describe.each(documented)("$name", ({ route }) => {
  const sample = samples[route.does.name] ?? {};

  /** The request with these ids wherever it names something. */
  async function send(named: Ids) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
      const id = named[name];
      if (id === undefined) throw new Error(`no id for {${name}}: add what it names to this test's other workspace`);
      return id;
    });
    const query = new URLSearchParams(sample.query).toString();
    const body = sample.body === undefined ? {} : { body: withIds(sample.body, named) as object };
    const target = query === "" ? path : `${path}?${query}`;
    return attacker.call(route.method.toUpperCase(), target, { ...body, token });
  }

  it("shows and changes nothing of another workspace", async () => {
    const theirs = await send(ids);
    if (theirs.status >= 400) {
      const unknown = madeUp(ids);
      const absent = await send(unknown);
      expect(anonymous(theirs.json, ids)).toEqual(anonymous(absent.json, unknown));
      if (/\{/.test(route.path)) {
        expect(theirs.json).toMatchObject(
          route.does.realm === "platform"
            ? { status: 403, code: "scope-missing" }
            : { status: 404, code: "resource-not-found" },
        );
      }
    } else {
      const told = Object.entries(ids).filter(([name]) => !(name in madeUpNames));
      for (const [, id] of told) expect(theirs.text).not.toContain(id);
    }
    expect(await auditLength(victim)).toBe(trail);
  });
});

describe("the routes that name things in their path", () => {
  it("name nothing that this test does not have", () => {
    const parameters = documented.flatMap(({ route }) =>
      Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name]) => name),
    );
    expect(Object.keys(ids)).toEqual(expect.arrayContaining([...new Set(parameters)]));
  });
});

/** A sample whose fields name what `named` has, where they name anything. */
function withIds(value: unknown, named: Ids): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, named));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      typeof field === "string" ? (named[name] ?? field) : withIds(field, named),
    ]),
  );
}

/** A problem without what tells one request from another, and with the names of things instead of their ids. */
function anonymous(problem: Record<string, unknown> | undefined, named: Ids): unknown {
  const { instance, ...rest } = problem ?? {};
  void instance;
  return Object.entries(named).reduce(
    (text, [name, id]) => (name === "revision" ? text : text.replaceAll(id, `{${name}}`)),
    JSON.stringify(rest),
  );
}
