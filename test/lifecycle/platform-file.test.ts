import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import type * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { apis, deployments, policyLists, revisions, versions } from "../../schema/catalog.ts";
import { applications, subscriptions } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts, workspaces } from "../../schema/workspaces.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { identity } from "../../src/identity/index.ts";
import { brokenLink, emptyChain } from "../../src/model/audit-chain.ts";
import type { PlatformFile } from "../../src/catalog/platform-file.ts";
import type { PlatformPlan } from "../../src/catalog/platform-file/platform-plan.ts";
import { applyPlatformFile } from "../../src/lifecycle/apply-platform-file.ts";
import { runDistribution } from "../../src/lifecycle/distribute.ts";
import { runFunding } from "../../src/monetisation/fund-grants.ts";
import { updateWorkspace } from "../../src/identity/update-workspace.ts";
import { Problem } from "../../src/model/problem.ts";
import { Bucket } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { counted } from "../support/counted-usage.ts";

type FileInput = z.input<typeof PlatformFile>;

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Bookshop", version: "1" },
  paths: {
    "/books": { get: { operationId: "listBooks" } },
    "/books/{isbn}": { get: { operationId: "getBook", parameters: [{ name: "isbn", in: "path", required: true }] } },
  },
});
const documents = { "books.json": { text: document, mediaType: "application/json" } };

let r: Registry;
beforeEach(async () => {
  const made = await registry();
  r = { ...made, effects: { distribute: runDistribution, fund: runFunding } };
});

type VersionInput = NonNullable<NonNullable<NonNullable<FileInput["apis"]>[string]["versions"]>[string]>;

function bookshop(): FileInput {
  return {
    format: 1,
    workspace: r.workspace,
    environments: { production: { hosts: [r.host] } },
    upstreams: { bookshop: { targets: { production: [{ url: "https://bookshop.example" }] } } },
    apis: {
      bookshop: {
        name: "Bookshop",
        prefix: "/bookshop",
        defaultVersion: "v1",
        versions: {
          v1: {
            state: "published",
            document: "books.json",
            upstream: "bookshop",
            policies: [
              { id: "key", type: "require-key" },
              { id: "door", type: "require-principal" },
            ],
          },
          v2: { state: "draft", operations: { getBook: "GET /books/{isbn}" }, upstream: "bookshop" },
        },
      },
    },
    products: {
      reading: {
        name: "Reading",
        apis: ["bookshop"],
        plans: {
          free: {
            name: "Free",
            limits: [{ name: "per-minute", algorithm: "fixed-window", callsMax: 60, windowMs: 60_000 }],
          },
        },
      },
    },
    organizations: {
      acme: { name: "Acme", applications: { reader: { name: "Reader", subscriptions: { reading: "free" } } } },
    },
  };
}

/** The bookshop with something else in it. */
function changed(change: (file: ReturnType<typeof structuredClone<FileInput>>) => void): FileInput {
  const file = bookshop();
  change(file);
  return file;
}

/** The bookshop with something else in its version v1. */
function changedV1(change: Partial<VersionInput>): FileInput {
  return changed((file) => {
    const versions = file.apis?.bookshop?.versions;
    if (versions?.v1 !== undefined) versions.v1 = { ...versions.v1, ...change };
  });
}

const plan = (file: FileInput): Promise<PlatformPlan> => perform(applyPlatformFile, r, { file, documents, plan: true });

async function apply(file: FileInput): Promise<PlatformPlan> {
  const { planId } = await plan(file);
  return perform(applyPlatformFile, r, { file, documents, planId });
}

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Problem) return thrown;
  throw new Error("was not refused", { cause: thrown });
}

const rowsOf = {
  apis: () => r.db.select().from(apis).where(eq(apis.workspace, r.workspace)),
  versions: () => r.db.select().from(versions).where(eq(versions.workspace, r.workspace)),
  deployments: () => r.db.select().from(deployments).where(eq(deployments.workspace, r.workspace)),
  audit: () => r.db.select().from(audit).where(eq(audit.workspace, r.workspace)),
};

describe("planning", () => {
  it("says what would change and changes nothing", async () => {
    const answer = await plan(bookshop());
    expect(answer.applied).toBe(false);
    expect(answer.changes.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual([
      "create upstreams/bookshop",
      "create apis/bookshop",
      "create apis/bookshop/versions/v1",
      "create apis/bookshop/versions/v2",
      "create products/reading",
      "create products/reading/plans/free",
      "create organizations/acme",
      "create organizations/acme/applications/reader",
      "create organizations/acme/applications/reader/subscriptions/reading",
    ]);
    expect(answer.changes.find(({ resource }) => resource.endsWith("/v1"))?.after).toMatchObject({
      state: "published",
      environments: ["production"],
      operations: { getBook: "GET /books/{isbn}" },
    });
    expect(await rowsOf.apis()).toEqual([]);
    expect(await rowsOf.audit()).toEqual([]);
    expect((await plan(bookshop())).planId).toBe(answer.planId);
  });

  it("needs the right to read all that a plan shows; applying needs the right to write all that a file may hold", async () => {
    const holder = (...scopes: string[]) => ({ ...r, actor: { ...r.actor, scopes } });
    const file = { format: 1, workspace: r.workspace };
    const blind = await refusal(perform(applyPlatformFile, holder("catalog:read"), { file, plan: true }));
    expect([blind.code, blind.members.scope]).toEqual(["scope-missing", "consumers:read"]);
    const reader = holder("catalog:read", "consumers:read");
    const { planId } = await perform(applyPlatformFile, reader, { file: bookshop(), documents, plan: true });
    const problem = await refusal(perform(applyPlatformFile, reader, { file: bookshop(), documents, planId }));
    expect([problem.code, problem.members.scope]).toEqual(["scope-missing", "catalog:write"]);
    const writer = holder("catalog:read", "catalog:write", "policies:write", "lifecycle:write", "consumers:write");
    const unread = await refusal(perform(applyPlatformFile, writer, { file: bookshop(), documents, planId }));
    expect([unread.code, unread.members.scope]).toEqual(["scope-missing", "consumers:read"]);
  });

  it("answers findings, never a fault, for names that every object has from birth", async () => {
    const subscriptions = { reading: "constructor" };
    const files: [FileInput, string][] = [
      [changedV1({ successor: "toString" }), "/apis/bookshop/versions/v1/successor"],
      [changedV1({ environments: ["constructor"] }), "/apis/bookshop/versions/v1/environments/0"],
      [changedV1({ upstream: "constructor" }), "/apis/bookshop/versions/v1/upstream"],
      [changedV1({ document: "constructor" }), "/apis/bookshop/versions/v1/document"],
      [
        changed((file) => {
          file.organizations = { acme: { name: "Acme", applications: { reader: { name: "Reader", subscriptions } } } };
        }),
        "/organizations/acme/applications/reader/subscriptions/reading",
      ],
    ];
    for (const [file, pointer] of files) {
      const { members } = await refusal(plan(file));
      expect(members.findings).toEqual([expect.objectContaining({ pointer })]);
    }
  });

  it("refuses what cannot be kept as it is written, before its fields are read", async () => {
    const file: unknown = JSON.parse(
      JSON.stringify(bookshop()).replace('"organizations":{', '"organizations":{"__proto__":{"name":"a"},'),
    );
    const problem = await refusal(perform(applyPlatformFile, r, { file, documents, plan: true }));
    expect([problem.code, problem.members.errors]).toEqual([
      "input-invalid",
      [expect.objectContaining({ pointer: "/file/organizations/__proto__" })],
    ]);
  });

  it("takes such names where they are defined, and settles", async () => {
    const file = (): FileInput =>
      changed((one) => {
        const targets = { production: [{ url: "https://a.example" }], constructor: [{ url: "https://b.example" }] };
        one.environments = { ...one.environments, constructor: { hosts: [`other.${r.host}`] } };
        one.upstreams = { bookshop: { targets } };
      });
    await apply(file());
    expect((await plan(file())).changes).toEqual([]);
    const fewer = changed((one) => (one.environments = { ...file().environments }));
    expect((await refusal(plan(fewer))).code).toBe("input-invalid");
  });
});

describe("the trail of a file", () => {
  it("has an entry for each thing, in one unbroken chain, and shows what was changed to who saw it before", async () => {
    await apply(bookshop());
    const { items } = await ask(catalog.listApis, r, {});
    const api = items[0]?.id ?? "";
    await perform(catalog.updateApi, r, { api, name: "By hand" });
    const renamed = changed((one) => {
      const shop = one.apis?.["bookshop"];
      if (shop !== undefined) shop.name = "By file";
    });
    await apply(renamed);
    const seen = perform(catalog.updateApi, r, { api, name: "Mine" }, { expectedVersion: 2 });
    await expect(seen).rejects.toMatchObject({
      code: "version-conflict",
      members: {
        edition: 3,
        changes: [
          { edition: 3, action: "apply-platform-file", fields: { name: { before: "By hand", after: "By file" } } },
        ],
      },
    });
    const trail = await ask(identity.listAudit, r, { order: "oldest", limit: 200 });
    let head = emptyChain;
    for (const entry of trail.items) {
      expect(await brokenLink(head, entry)).toBeNull();
      head = { sequence: entry.sequence, hash: entry.hash };
    }
    expect(trail.items.map(({ sequence }) => sequence)).toEqual(trail.items.map((_, index) => index + 1));
  });
});

describe("applying", () => {
  it("makes all of it in one change, and serves what is published", async () => {
    const answer = await apply(bookshop());
    expect(answer.applied).toBe(true);
    const trail = (await rowsOf.audit()).map((row) => `${row.action} ${row.targetKind} ${row.targetVersion}`);
    expect(trail.length).toBe(1 + answer.changes.filter(({ resource }) => resource !== "workspace").length);
    expect(trail[0]).toMatch(/^apply-platform-file workspace \d+$/);
    expect(trail).toEqual(expect.arrayContaining(["apply-platform-file api 1", "apply-platform-file version 1"]));
    const [version] = (await rowsOf.versions()).filter(({ name }) => name === "v1");
    const [deployment] = await rowsOf.deployments();
    expect(version).toMatchObject({ state: "published", draft: deployment?.revision, edition: 1 });
    expect(deployment?.sequence).toBeGreaterThan(0);
    const buckets = Array.from(r.edge.puts, ([key, value]) => [key, value] as const).filter(([key]) =>
      key.startsWith("bucket:"),
    );
    const [served] = buckets.flatMap(([, value]) => Bucket.parse(value).apis);
    expect(served).toMatchObject({
      host: r.host,
      prefix: "/bookshop",
      defaultVersion: "v1",
      versions: [{ name: "v1", program: deployment?.program, targets: [{ url: "https://bookshop.example" }] }],
    });
    expect(r.edge.puts.get(`program:${deployment?.program ?? ""}`)).toMatchObject({
      kind: "revision",
      routes: [{}, {}],
    });
    const [subscription] = await r.db.select().from(subscriptions).where(eq(subscriptions.workspace, r.workspace));
    expect(r.edge.puts.get(`application:${subscription?.application ?? ""}`)).toMatchObject({
      subscriptions: [{ product: subscription?.product, plan: subscription?.plan }],
    });
  });

  it("changes nothing the second time", async () => {
    await apply(bookshop());
    const before = [await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments(), await rowsOf.audit()];
    const again = await apply(bookshop());
    expect(again).toMatchObject({ applied: true, changes: [], unchanged: 11, unmanaged: [] });
    expect([await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments(), await rowsOf.audit()]).toEqual(
      before,
    );
  });

  it("names the workspace, or leaves its name as it is", async () => {
    const nameNow = async () => (await r.db.select().from(workspaces).where(eq(workspaces.id, r.workspace)))[0]?.name;
    const named = await apply(changed((file) => (file.name = "Harbour Books")));
    expect(named.changes).toContainEqual(
      expect.objectContaining({ kind: "update", resource: "workspace", after: { name: "Harbour Books" } }),
    );
    expect(await nameNow()).toBe("Harbour Books");
    const again = await apply(bookshop());
    expect(again.changes).toEqual([]);
    expect(await nameNow()).toBe("Harbour Books");
  });

  it("deprecates a version from the day of the first apply, and says no more the second time", async () => {
    const v1 = async () => (await rowsOf.versions()).find(({ name }) => name === "v1");
    await apply(bookshop());
    const ending = changedV1({ state: "deprecated", sunsetAt: "2099-03-01", guideUrl: "https://docs.example/v2" });
    const planned = await apply(ending);
    expect(planned.changes).toHaveLength(1);
    expect(planned.changes[0]?.after).toMatchObject({ state: "deprecated", sunsetAt: "2099-03-01T00:00:00.000Z" });
    const version = await v1();
    expect(version).toMatchObject({ sunsetAt: Date.UTC(2099, 2, 1), guideUrl: "https://docs.example/v2" });
    expect(version?.deprecatedAt).toBeGreaterThan(0);
    expect((await plan(ending)).changes).toEqual([]);

    await apply(changedV1({ state: "deprecated", deprecatedAt: "2026-11-01T12:00:00+01:00" }));
    expect(await v1()).toMatchObject({ deprecatedAt: Date.UTC(2026, 10, 1, 11), sunsetAt: null });
    const reinstated = await apply(bookshop());
    expect(reinstated.changes[0]?.after).not.toHaveProperty("deprecatedAt");
    expect(await v1()).toMatchObject({ state: "published", deprecatedAt: null, guideUrl: null });
  });

  it("refuses an end before its beginning, and an end of what is not deprecated", async () => {
    const early = { state: "deprecated", deprecatedAt: "2026-11-02", sunsetAt: "2026-11-01" } as const;
    const at = "/file/apis/bookshop/versions/v1";
    for (const [file, pointer] of [
      [changedV1(early), `${at}/sunsetAt`],
      [changedV1({ sunsetAt: "2026-11-01" }), `${at}/sunsetAt`],
      [changedV1({ guideUrl: "https://docs.example" }), `${at}/guideUrl`],
      [changedV1({ state: "deprecated", sunsetAt: "next spring" }), `${at}/sunsetAt`],
    ] as const) {
      const { members } = await refusal(plan(file));
      expect(JSON.stringify(members)).toContain(pointer.replace("/file", ""));
    }
    expect(await rowsOf.apis()).toEqual([]);
  });

  it("retires a version that is called only with a reason, which is told once", async () => {
    await apply(bookshop());
    const { id: version, api } = await ask(catalog.getVersion, r, { api: "bookshop", version: "v1" });
    const [application] = await r.db.select().from(applications).where(eq(applications.workspace, r.workspace));
    await counted(r, { at: r.now(), api, version, application: application?.id ?? "" });
    const refused = await refusal(plan(changedV1({ state: "retired" })));
    expect(refused).toMatchObject({
      code: "version-in-use",
      members: {
        findings: [{ pointer: "/apis/bookshop/versions/v1/state", message: expect.stringContaining("Reader (Acme)") }],
      },
    });
    const retired = changedV1({ state: "retired", reason: "It leaks." });
    expect((await apply(retired)).changes[0]?.after).toMatchObject({ state: "retired", reason: "It leaks." });
    expect((await plan(retired)).changes).toEqual([]);
  });

  it("publishes a new revision of what changed, and of nothing else", async () => {
    await apply(bookshop());
    const [served] = await rowsOf.deployments();
    expect(served?.previous).toBeNull();
    const answer = await apply(
      changed((file) => {
        file.upstreams = {
          bookshop: { timeouts: { firstByteMs: 5_000 }, targets: { production: [{ url: "https://other.example" }] } },
        };
      }),
    );
    expect(answer.changes.map(({ resource }) => resource)).toEqual(["upstreams/bookshop", "apis/bookshop/versions/v1"]);
    const [deployment] = await rowsOf.deployments();
    // What a rollback brings back.
    expect(deployment?.previous).toBe(served?.revision);
    const numbers = await r.db
      .select()
      .from(revisions)
      .where(eq(revisions.version, deployment?.version ?? ""));
    expect(numbers.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect((await rowsOf.apis())[0]?.edition).toBe(1);
    await apply(bookshop());
    const back = await r.db
      .select()
      .from(revisions)
      .where(eq(revisions.version, deployment?.version ?? ""));
    expect(back).toHaveLength(2);
  });

  it("moves an API with its prefix, and sets the workspace's own policies", async () => {
    await apply(bookshop());
    await apply(
      changed((file) => {
        if (file.apis?.bookshop !== undefined) file.apis.bookshop.prefix = "/shop";
        file.policies = [{ id: "size", type: "request-size", config: { bodyBytesMax: 1000 } }];
      }),
    );
    const placed = await r.db.select().from(placements).where(eq(placements.workspace, r.workspace));
    expect(placed).toHaveLength(1);
    const [list] = await r.db.select().from(policyLists).where(eq(policyLists.workspace, r.workspace));
    expect(r.edge.puts.get(`program:${list?.program ?? ""}`)).toMatchObject({
      kind: "workspace",
      policies: [{ id: "size" }],
    });
    expect(await apply(bookshop())).toMatchObject({
      changes: [{ resource: "policies" }, { resource: "apis/bookshop" }],
    });
    const [emptied] = await r.db.select().from(policyLists).where(eq(policyLists.workspace, r.workspace));
    expect(emptied).toMatchObject({ entries: [], program: null, edition: 2 });
  });

  it("lets two APIs change places", async () => {
    const other = { name: "Other", prefix: "/other" };
    await apply(changed((file) => (file.apis = { ...file.apis, other })));
    await apply(
      changed((file) => {
        if (file.apis?.bookshop !== undefined) file.apis.bookshop.prefix = "/other";
        file.apis = { ...file.apis, other: { ...other, prefix: "/bookshop" } };
      }),
    );
    const prefixes = (await rowsOf.apis()).map(({ slug, prefix }) => `${slug} ${prefix}`);
    expect(prefixes.toSorted()).toEqual(["bookshop /other", "other /bookshop"]);
  });

  it("leaves alone what the file does not name, and lists it", async () => {
    await apply(bookshop());
    const answer = await apply(
      changed((file) => {
        file.organizations = {};
        if (file.apis?.bookshop?.versions !== undefined) delete file.apis.bookshop.versions.v2;
      }),
    );
    expect(answer.changes).toEqual([]);
    expect(answer.unmanaged).toEqual([
      "apis/bookshop/versions/v2",
      "organizations/acme",
      "organizations/acme/applications/reader",
      "organizations/acme/applications/reader/subscriptions/reading",
    ]);
    expect(await rowsOf.versions()).toHaveLength(2);
  });

  it("says where a version stays served though the file no longer names the environment", async () => {
    const targets = { production: [{ url: "https://a.example" }], staging: [{ url: "https://b.example" }] };
    const both = (environments?: string[]): FileInput => {
      const file = changedV1(environments === undefined ? {} : { environments });
      file.environments = { ...file.environments, staging: { hosts: [`staging.${r.host}`] } };
      return { ...file, upstreams: { bookshop: { targets } } };
    };
    expect((await apply(both())).unmanaged).toEqual([]);
    const answer = await apply(both(["production"]));
    expect(answer.changes).toEqual([]);
    expect(answer.unmanaged).toEqual(["apis/bookshop/versions/v1/environments/staging"]);
    expect(await rowsOf.deployments()).toHaveLength(2);
  });
});

describe("a product whose versions are all on their way out", () => {
  const ending = () => changedV1({ state: "deprecated" });
  const withWriter = (file: FileInput) => {
    const acme = file.organizations?.["acme"];
    if (acme?.applications !== undefined)
      acme.applications["writer"] = { name: "Writer", subscriptions: { reading: "free" } };
    return file;
  };

  it("keeps its subscribers, and takes no new ones from a file either", async () => {
    await apply(ending());
    expect((await plan(ending())).changes).toEqual([]);
    expect(await refusal(plan(withWriter(ending())))).toMatchObject({
      code: "state-conflict",
      members: {
        findings: [
          {
            pointer: "/organizations/acme/applications/writer/subscriptions/reading",
            message: expect.stringContaining("no new subscriptions"),
          },
        ],
      },
    });
  });

  it("takes them in the change that publishes something anew, and where all of it is brought back", async () => {
    // To a workspace that does not have it yet.
    await apply(withWriter(ending()));
    expect((await plan(withWriter(ending()))).changes).toEqual([]);
    const published = changedV1({ state: "published" });
    expect((await apply(withWriter(published))).changes).toHaveLength(1);
  });
});

describe("nothing changes", () => {
  it("without a plan, or by one that is out of date", async () => {
    const none = await refusal(perform(applyPlatformFile, r, { file: bookshop(), documents }));
    expect(none.code).toBe("input-invalid");
    const { planId } = await plan(bookshop());
    await apply({ ...bookshop(), organizations: {} });
    const late = await refusal(perform(applyPlatformFile, r, { file: bookshop(), documents, planId }));
    expect([late.code, late.status]).toEqual(["plan-outdated", 409]);
  });

  it.each([
    [
      "a name that leads nowhere",
      "input-invalid",
      "/apis/bookshop/versions/v1/upstream",
      () => changedV1({ upstream: "nowhere" }),
    ],
    [
      "a policy's configuration",
      "input-invalid",
      "/apis/bookshop/versions/v1/policies/0/config/headr",
      () => changedV1({ policies: [{ id: "key", type: "require-key", config: { headr: "x" } }] }),
    ],
    [
      "a document that is missing",
      "document-invalid",
      "/apis/bookshop/versions/v1/document",
      () => changedV1({ document: "gone.json" }),
    ],
    [
      "what does not compile",
      "revision-invalid",
      "/apis/bookshop/versions/v1/operationPolicies/getBok",
      () => changedV1({ operationPolicies: { getBok: [] } }),
    ],
    [
      "a private upstream",
      "revision-invalid",
      "/upstreams/bookshop/targets/production/0/url",
      () => ({ ...bookshop(), upstreams: { bookshop: { targets: { production: [{ url: "http://127.0.0.1:9" }] } } } }),
    ],
    [
      "a host of Gatehouse's own",
      "state-conflict",
      "/environments/production/hosts/0",
      () => ({ ...bookshop(), environments: { production: { hosts: ["console.localhost"] } } }),
    ],
    [
      "a served version as a draft",
      "state-conflict",
      "/apis/bookshop/versions/v1/state",
      () => changedV1({ state: "draft" }),
    ],
  ] as const)("for %s", async (_name, code, pointer, broken) => {
    await apply(bookshop());
    const before = [await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments()];
    const problem = await refusal(apply(broken()));
    expect(problem.code).toBe(code);
    expect(problem.members.findings).toContainEqual(expect.objectContaining({ pointer, severity: "error" }));
    expect([await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments()]).toEqual(before);
  });

  it("when the batch fails halfway: the old state stays whole", async () => {
    await apply(bookshop());
    const before = [await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments(), await rowsOf.audit()];
    const more = changed((file) => {
      file.environments = { production: { hosts: [r.host, `more.${r.host}`] } };
      file.apis = { ...file.apis, other: { name: "Other", prefix: "/other" } };
    });
    const { planId } = await plan(more);
    const raced = { ...r, db: beforeCommit(r.db, () => takeHost(`more.${r.host}`)) };
    const problem = await refusal(perform(applyPlatformFile, raced, { file: more, documents, planId }));
    expect(problem.code).toBe("already-exists");
    expect([await rowsOf.apis(), await rowsOf.versions(), await rowsOf.deployments(), await rowsOf.audit()]).toEqual(
      before,
    );
  });
});

describe("a rename of the workspace that is committed in between", () => {
  const rename = async (): Promise<void> => {
    await perform(updateWorkspace, r, { workspace: r.workspace, name: "Renamed" });
  };

  it.each([
    ["that names it", (): FileInput => ({ ...bookshop(), name: "Mine" })],
    ["that does not name it", bookshop],
  ])("is not undone by a file %s", async (_file, file) => {
    const { planId } = await plan(file());
    const raced = { ...r, db: beforeCommit(r.db, rename) };
    const problem = await refusal(perform(applyPlatformFile, raced, { file: file(), documents, planId }));
    expect([problem.code, problem.status]).toEqual(["plan-outdated", 409]);
    expect(await rowsOf.apis()).toEqual([]);
    const [row] = await r.db.select().from(workspaces).where(eq(workspaces.id, r.workspace));
    expect(row).toMatchObject({ name: "Renamed", edition: 2 });
  });
});

/** The database, with something happening right before the batch that commits. */
function beforeCommit(db: Registry["db"], happen: () => Promise<void>): Registry["db"] {
  return new Proxy(db, {
    get(target, key) {
      if (key !== "batch") return Reflect.get(target, key) as unknown;
      return async (statements: Parameters<typeof db.batch>[0]) => {
        const first = statements[0] as { toSQL?: () => { sql: string } };
        if (first.toSQL?.().sql.startsWith('insert into "audit"') === true) await happen();
        return target.batch(statements);
      };
    },
  });
}

/** Another workspace takes a host. */
async function takeHost(host: string): Promise<void> {
  const other = await registry();
  await other.db.insert(environmentHosts).values({ host, workspace: other.workspace, environment: other.environment });
}
