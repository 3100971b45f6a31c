import { describe, expect, it } from "vitest";
import { compileRevision } from "../../src/gateway/compile.ts";
import type { CompileInput } from "../../src/model/compile-input.ts";
import { PolicyEntry } from "../../src/model/policy-entry.ts";
import { RevisionProgram } from "../../src/model/program.ts";
import { checkPolicyList } from "../../src/policies/check-list.ts";
import { UpstreamSettings } from "../../src/model/upstream.ts";

const operation = (id: string, method: string, path: string) => ({
  id,
  method,
  path,
  summary: "",
  tags: [],
  deprecated: false,
});
const entry = (value: object) => PolicyEntry.parse(value);
const input = (content: Partial<CompileInput["content"]> = {}, more: Partial<CompileInput> = {}): CompileInput => ({
  workspace: "ws_1",
  api: { id: "api_1", slug: "shop", name: "Shop", style: "rest", prefix: "/shop", selector: { in: "path" } },
  version: "ver_1",
  revision: "rev_1",
  content: {
    document: null,
    operations: [operation("listBooks", "GET", "/books"), operation("getBook", "GET", "/books/{isbn}")],
    policies: [],
    operationPolicies: {},
    upstream: UpstreamSettings.parse({}),
    ...content,
  },
  globalPolicies: [],
  workspacePolicies: [],
  policySets: {},
  products: [],
  targets: [{ url: "https://shop.example", weight: 1 }],
  secrets: [],
  ownHosts: ["console.test"],
  privateUpstreams: [],
  ...more,
});
const errors = (...args: Parameters<typeof input>) =>
  compileRevision(input(...args)).findings.map(({ pointer, message }) => `${pointer}: ${message}`);

describe("compiling a revision", () => {
  it("makes a program of what is sound", () => {
    const policies = [entry({ id: "key", type: "require-key" })];
    const own = [entry({ id: "small", type: "request-size", config: { bodyBytesMax: 10 } })];
    const { program, findings } = compileRevision(input({ policies, operationPolicies: { getBook: own } }));
    expect(findings).toEqual([]);
    expect(program?.routes).toEqual([
      { operation: "listBooks", method: "GET", path: "/books" },
      { operation: "getBook", method: "GET", path: "/books/{isbn}", policies: own },
    ]);
  });

  it.each([
    [
      { policies: [entry({ id: "a", type: "require-kee" })] },
      {},
      "/policies/0/type: There is no policy of type “require-kee”. Did you mean require-key?",
    ],
    [
      { policies: [entry({ id: "a", type: "request-size", config: { bodyByteMax: 5 } })] },
      {},
      "/policies/0/config/bodyByteMax: “request-size” has no field “bodyByteMax”. Did you mean bodyBytesMax?",
    ],
    [
      { policies: [entry({ id: "a", type: "require-key", mode: "shadow" })] },
      {},
      "/policies/0/mode: “require-key” cannot run in shadow. Use enforce, or disable it.",
    ],
    [
      { operationPolicies: { getBok: [] } },
      {},
      "/operationPolicies/getBok: There is no operation “getBok”. Did you mean getBook?",
    ],
    [
      { operations: [operation("a", "GET", "/x/{a}"), operation("b", "GET", "/x/{b}")] },
      {},
      "/operations/1/path: “b” and “a” match the same calls. Keep one.",
    ],
    [
      { operations: [operation("a", "GET", "/x/{a}{b}")] },
      {},
      "/operations/0/path: “{a}{b}” cannot be routed: use one {parameter} a segment, with fixed text around it at most.",
    ],
    [{}, { targets: [] }, "/upstream: The upstream has no target in this environment. Name at least one address."],
    [
      {},
      { targets: [{ url: "http://10.0.0.1:80", weight: 1 }] },
      "/upstream/targets/0/url: 10.0.0.1 is a private address. The Worker's setting UPSTREAM_PRIVATE must list “10.0.0.1:80” to allow it; npm start lists there what its file names on this machine.",
    ],
    [
      {},
      { products: ["prod_1"] },
      "/policies: The API stands in a product, but no policy says who is calling. Add “require-key”.",
    ],
    [
      {
        policies: [
          entry({ id: "key", type: "require-key" }),
          entry({ id: "cors", type: "cors", config: { origins: ["*"] } }),
        ],
      },
      {},
      "/policies/1: “cors” stands behind a policy that asks for a credential, so preflights would be refused. Move it to the front.",
    ],
  ])("refuses %j %j and names the place", (content, more, finding) => {
    const result = compileRevision(input(content, more));
    expect(result.program).toBeNull();
    expect(errors(content, more)).toContain(finding);
  });

  it("checks the order of all lists that an operation's calls pass", () => {
    const small = entry({ id: "small", type: "request-size", config: { bodyBytesMax: 10 } });
    const cors = entry({ id: "cors", type: "cors" });
    const key = entry({ id: "key", type: "require-key" });
    const cache = entry({ id: "cache", type: "cache" });
    const plan = entry({ id: "plan", type: "plan-limits" });
    const wall = entry({ id: "wall", type: "ip-restriction", config: { deny: ["10.0.0.0/8"] } });
    const own = { listBooks: [small], getBook: [wall, cors] };
    expect(errors({ policies: [key, cache], operationPolicies: own })).toEqual([
      "/policies/1: “cache” stands before “ip-restriction” (entry “wall” of the operation “getBook”), which a kept answer would pass by. Move it behind.",
      "/operationPolicies/getBook/1: “cors” (entry “cors” of the operation “getBook”) stands behind a policy that asks for a credential, so preflights would be refused. Move it to the front.",
    ]);
    // What is wrong for all operations is said once.
    expect(errors({ policies: [key], operationPolicies: own }, { workspacePolicies: [cache] })).toHaveLength(2);
    const central = { globalPolicies: [plan], workspacePolicies: [cors], products: ["prod_1"] };
    expect(errors({ policies: [key] }, central)).toEqual([
      "/policies: “plan-limits” (entry “plan” of the platform's list) stands before “require-key”, so no plan is known there. Move it behind.",
      "/policies: “cors” (entry “cors” of the workspace's list) stands behind a policy that asks for a credential, so preflights would be refused. Move it to the front.",
    ]);
    expect(compileRevision(input({ policies: [key] }, central)).program).toBeNull();
    const disabled = { globalPolicies: [{ ...plan, enabled: false }] };
    expect(errors({ policies: [key] }, disabled)).toEqual([]);
  });

  it("allows a private address that the installation lists, and never Gatehouse's own host", () => {
    const targets = [{ url: "http://127.0.0.1:8790", weight: 1 }];
    expect(errors({}, { targets, privateUpstreams: ["127.0.0.1:8790"] })).toEqual([]);
    expect(errors({}, { targets: [{ url: "https://console.test", weight: 1 }] })).toHaveLength(1);
  });

  it("takes operations that are called like what every object has", () => {
    const operations = ["__proto__", "constructor", "toString"].map((id) => operation(id, "GET", `/${id}`));
    const { program, findings } = compileRevision(input({ operations }));
    expect(findings).toEqual([]);
    expect(program?.routes).toEqual(operations.map(({ id, method, path }) => ({ operation: id, method, path })));
    expect(RevisionProgram.parse(JSON.parse(JSON.stringify(program)))).toEqual(program);
  });

  it("makes no program that the gateway could not read, and names the place", () => {
    const upstream = UpstreamSettings.parse({});
    const timeouts = { ...upstream.timeouts, idleMs: 0.5 };
    const policies = [{ ...entry({ id: "key", type: "require-key" }), id: "Not an id" }];
    const result = compileRevision(input({ policies, upstream: { ...upstream, timeouts } }));
    expect(result.program).toBeNull();
    expect(result.findings.map(({ pointer, severity }) => [pointer, severity])).toEqual([
      ["/policies/0/id", "error"],
      ["/upstream/timeouts/idleMs", "error"],
    ]);
  });

  it("checks a central list alone", () => {
    expect(checkPolicyList([entry({ id: "a", type: "nothing" })], "/global", {})[0]?.pointer).toBe("/global/0/type");
    expect(checkPolicyList([entry({ id: "a", type: "require-key" })], "/global", {})).toEqual([]);
  });
});
