import { describe, expect, it } from "vitest";
import { apiFields } from "../../src/catalog/api.ts";
import { PlatformFile, inlineOperations } from "../../src/catalog/platform-file.ts";
import { closest } from "../../src/model/did-you-mean.ts";
import { validatePlatformFile } from "../../src/catalog/platform-file/validate-platform-file.ts";

const burst = { name: "burst", algorithm: "fixed-window", callsMax: 5, windowMs: 1000 };

function bookshop(): Record<string, unknown> {
  return {
    format: 1,
    workspace: "default",
    environments: { production: { hosts: ["api.localhost"] } },
    upstreams: { bookshop: { targets: { production: [{ url: "http://127.0.0.1:8790" }] } } },
    apis: {
      bookshop: {
        name: "Bookshop",
        prefix: "/bookshop",
        defaultVersion: "v1",
        versions: {
          v1: {
            state: "published",
            operations: { getBook: "GET /books/{isbn}" },
            upstream: "bookshop",
            policies: [{ id: "burst", type: "rate-limit", config: { by: "api", limits: [{ ...burst }] } }],
          },
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
            limits: [{ name: "per-minute", algorithm: "fixed-window", callsMax: 60, windowMs: 60000 }],
          },
        },
      },
    },
    organizations: {
      acme: { name: "Acme", applications: { reader: { name: "Reader", subscriptions: { reading: "free" } } } },
    },
  };
}

/** Findings of the bookshop with `value` set at `path`. */
function findingsWith(path: string, value: unknown) {
  const file: unknown = bookshop();
  const tokens = path.split("/").slice(1);
  const last = tokens.pop() ?? "";
  let here = file;
  for (const token of tokens) here = (here as Record<string, unknown>)[token];
  if (value === undefined) delete (here as Record<string, unknown>)[last];
  else (here as Record<string, unknown>)[last] = value;
  return validatePlatformFile(file).findings.map((finding) => [finding.pointer, finding.message]);
}

describe("gatehouse.yaml", () => {
  it("fills in what was left out", () => {
    const { file, findings } = validatePlatformFile(bookshop());
    expect(findings).toEqual([]);
    expect(file?.apis.bookshop).toMatchObject({ style: "rest", selector: { in: "path" } });
    expect(file?.upstreams.bookshop).toMatchObject({ timeouts: { firstByteMs: 30_000 }, hostHeader: "target" });
    expect(file?.products.reading?.plans.free).toMatchObject({ mode: "leased", onFailure: "refuse" });
    expect(inlineOperations(file?.apis.bookshop?.versions.v1?.operations ?? {})).toMatchObject([
      { id: "getBook", method: "GET", path: "/books/{isbn}" },
    ]);
  });

  it("takes a file that says nothing but its form and workspace", () => {
    expect(PlatformFile.parse({ format: 1, workspace: "default" })).toMatchObject({ apis: {}, policies: [] });
  });

  const v1 = "/apis/bookshop/versions/v1";
  const limit = "/products/reading/plans/free/limits/0";
  it.each([
    ["/format", 2, "/format", "“format” is “2”. Use 1."],
    ["/workspace", undefined, "/workspace", "“gatehouse.yaml” needs the field “workspace”. Add it."],
    ["/apiz", {}, "/apiz", "“gatehouse.yaml” has no field “apiz”. Did you mean apis?"],
    [
      `${v1}/polices`,
      [],
      `${v1}/polices`,
      "“apis.bookshop.versions.v1” has no field “polices”. Did you mean policies?",
    ],
    [`${v1}/state`, "publish", `${v1}/state`, "“state” is “publish”. Did you mean published?"],
    [
      `${v1}/upstream`,
      "bokshop",
      `${v1}/upstream`,
      "There is no upstream “bokshop” in this file. Did you mean bookshop?",
    ],
    [`${v1}/document`, "./a.yaml", v1, "The version v1 has both document and operations. Give it one of them."],
    [`${v1}/successor`, "v1", `${v1}/successor`, "There is no other version “v1” in this file. Add it to the file."],
    [
      `${v1}/operations`,
      { a: "get /" },
      `${v1}/operations/a`,
      "“a” is “get /”. Write method and path, such as GET /books/{isbn}.",
    ],
    [
      `${v1}/policies/0/type`,
      "rate-limits",
      `${v1}/policies/0/type`,
      "There is no policy of type “rate-limits”. Did you mean rate-limit?",
    ],
    [
      `${v1}/policies/0/config`,
      { limit: [burst] },
      `${v1}/policies/0/config/limit`,
      "“rate-limit” has no field “limit”. Did you mean limits?",
    ],
    [
      `${v1}/policies/0/config`,
      { by: "api" },
      `${v1}/policies/0/config/limits`,
      "“rate-limit” needs the field “limits”. Add it.",
    ],
    [
      `${v1}/policies/0/config/limits/0/callsMax`,
      "5",
      `${v1}/policies/0/config/limits/0/callsMax`,
      "“callsMax” must be a number. Remove the quotes: 5.",
    ],
    [`${v1}/policies/0/config/by`, "adress", `${v1}/policies/0/config/by`, "“by” is “adress”. Did you mean address?"],
    [`${v1}/policies/0/when`, [{ on: "methd" }], `${v1}/policies/0/when/0/on`, "“on” is “methd”. Did you mean method?"],
    [
      `${limit}/burst`,
      1,
      `${limit}/burst`,
      "“products.reading.plans.free.limits.0” has no field “burst”. Use one of name, algorithm, callsMax, windowMs.",
    ],
    [`${limit}/callsMax`, 0, `${limit}/callsMax`, "“callsMax” must be at least 1."],
    [
      `${limit}/algorithm`,
      undefined,
      `${limit}/algorithm`,
      "“products.reading.plans.free.limits.0” needs the field “algorithm”. Use one of fixed-window, sliding-window, token-bucket, quota, concurrency.",
    ],
    [
      "/products/reading/plans",
      null,
      "/products/reading/plans",
      "“plans” is empty, and must be an object with fields. Write a value, or leave the field out.",
    ],
    ["/products/reading/apis", "bookshop", "/products/reading/apis", "“apis” must be a list. Write [bookshop]."],
    [
      "/products/reading/apis",
      ["books"],
      "/products/reading/apis/0",
      "There is no API “books” in this file. Use bookshop.",
    ],
    ["/products/reading/name", 1, "/products/reading/name", '“name” must be a text. Put it in quotes: "1".'],
    [
      "/organizations/acme/applications/reader/subscriptions",
      { reading: "fre" },
      "/organizations/acme/applications/reader/subscriptions/reading",
      "There is no plan of reading “fre” in this file. Did you mean free?",
    ],
    [
      "/upstreams/bookshop/targets",
      { productoin: [{ url: "http://a" }] },
      "/upstreams/bookshop/targets/productoin",
      "There is no environment “productoin” in this file. Did you mean production?",
    ],
    ["/environments", {}, `${v1}/state`, "The version v1 is published, but the file has no environment. Add one."],
    [
      "/environments/staging",
      { hosts: ["api.localhost"] },
      "/environments/staging/hosts/0",
      "The host api.localhost stands in “production” already. A host belongs to one environment.",
    ],
  ])("%s = %j is named at its place", (path, value, pointer, message) => {
    expect(findingsWith(path, value)).toContainEqual([pointer, message]);
  });

  const application = "/organizations/acme/applications/reader";
  it.each([
    [`${v1}/successor`, "toString", `${v1}/successor`],
    [`${v1}/environments`, ["constructor"], `${v1}/environments/0`],
    [`${v1}/upstream`, "constructor", `${v1}/upstream`],
    ["/apis/bookshop/defaultVersion", "toString", "/apis/bookshop/defaultVersion"],
    ["/products/reading/apis", ["constructor"], "/products/reading/apis/0"],
    [`${application}/subscriptions`, { constructor: "free" }, `${application}/subscriptions/constructor`],
    [`${application}/subscriptions`, { reading: "constructor" }, `${application}/subscriptions/reading`],
    ["/upstreams/bookshop/targets", { constructor: [] }, "/upstreams/bookshop/targets/constructor"],
  ])("what every object has from birth is no name of the file: %s = %j", (path, value, pointer) => {
    expect(findingsWith(path, value).map(([at]) => at)).toEqual([pointer]);
  });

  it("takes such names where they are defined", () => {
    const file = JSON.parse(
      JSON.stringify(bookshop())
        .replaceAll("production", "constructor")
        .replaceAll("getBook", "toString")
        .replaceAll("bookshop", "valueof"),
    ) as unknown;
    expect(validatePlatformFile(file).findings).toEqual([]);
  });

  const proto = (value: unknown): unknown => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`);
  it.each([
    ["/environments", proto({ hosts: ["a.example"] }), "/environments/__proto__"],
    [`${v1}/operations`, proto("GET /x"), `${v1}/operations/__proto__`],
    [`${v1}/policies/0/config`, proto(1), `${v1}/policies/0/config/__proto__`],
    ["/apis/bookshop/name", "Book\ud800shop", "/apis/bookshop/name"],
    ["/apis/bookshop/description", "a\u0000b", "/apis/bookshop/description"],
    [`${v1}/operations`, { "\udc00": "GET /x" }, `${v1}/operations`],
  ])("never leaves out or changes what is written: %s = %j is refused", (path, value, pointer) => {
    expect(findingsWith(path, value).map(([at]) => at)).toEqual([pointer]);
  });

  it("names no successors in a circle", () => {
    const version = (successor: string) => ({
      state: "draft",
      operations: { getBook: "GET /books/{isbn}" },
      upstream: "bookshop",
      successor,
    });
    const versions = { v1: version("v2"), v2: version("v3"), v3: version("v2") };
    expect(findingsWith("/apis/bookshop/versions", versions).map(([at]) => at)).toEqual([
      "/apis/bookshop/versions/v2/successor",
      "/apis/bookshop/versions/v3/successor",
    ]);
  });

  it("is refused where it is nested without end, whatever reads it", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    expect(findingsWith(`${v1}/policies/0/config`, { deep })).toEqual([
      ["/apis/bookshop/versions", "It is nested more than 100 levels deep. Write it flatter."],
    ]);
  });

  it.each(["/..", "/a/./b", "/a/", "", "a", `/${"x".repeat(200)}`])(
    "refuses the prefix %j, as the API does",
    (prefix) => {
      expect(findingsWith("/apis/bookshop/prefix", prefix).map(([at]) => at)).toEqual(["/apis/bookshop/prefix"]);
      expect(apiFields.prefix.safeParse(prefix).success).toBe(false);
    },
  );

  it.each(["a..b", ".a", "a.", "-a.example", "a-.example", "a.-b", "A.example", "a:80", `${"a.".repeat(130)}b`])(
    "refuses the host %j",
    (host) => {
      expect(findingsWith("/environments/production/hosts", [host]).map(([at]) => at)).toEqual([
        "/environments/production/hosts/0",
      ]);
    },
  );

  it.each(["*", "a", "a-b.example", "xn--bcher-kva.example", "10.0.0.1"])("takes the host %j", (host) => {
    expect(findingsWith("/environments/production/hosts", [host])).toEqual([]);
  });

  it("refuses a version's name that looks like an id", () => {
    const version = { state: "draft", operations: { a: "GET /" }, upstream: "bookshop" };
    const findings = findingsWith("/apis/bookshop/versions", { v1: version, ver_01: version });
    expect(findings.map(([at]) => at)).toEqual(["/apis/bookshop/versions/ver_01"]);
  });

  it("a misspelt field is one finding, not a wrong field and a missing one", () => {
    expect(findingsWith(limit, { name: "a", algorithm: "fixed-window", callMax: 1, windowMs: 1000 })).toHaveLength(1);
  });
});

describe("the word that was meant", () => {
  it.each([
    ["callMax", "callsMax"],
    ["CALLSMAX", "callsMax"],
    ["windwoMs", "windowMs"],
    ["zzz", null],
    ["a", null],
  ])("%s → %s", (word, meant) => {
    expect(closest(word, ["callsMax", "windowMs", "name"])).toBe(meant);
  });
});
