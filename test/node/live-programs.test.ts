/** That no build is deployed which could not serve what is live. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkLivePrograms, type Ask } from "../../bin/runtime/live-programs.ts";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";

let gatehouse: BuiltGatehouse;
let ask: Ask;
beforeAll(async () => {
  gatehouse = await startBuilt({ gateways: 2, vars: { MANAGE_ON_GATEWAY: "true" } });
  const db = await gatehouse.miniflare.getD1Database("DB", "gateway-1");
  ask = async (sql) => (await db.prepare(sql).all()).results;
  const version = {
    state: "published",
    operations: { list: "GET /list" },
    upstream: "shop",
    policies: [{ id: "size", type: "request-size", config: { bodyBytesMax: 1_000 } }],
    operationPolicies: {
      list: [
        { id: "key", type: "require-key" },
        { id: "bounds", type: "policy-set", config: { set: "bounded" } },
      ],
    },
  };
  const file = {
    format: 1,
    workspace: "default",
    environments: { production: { hosts: ["api.localhost"] } },
    upstreams: { shop: { targets: { production: [{ url: "https://shop.example" }] } } },
    policies: [{ id: "cors", type: "cors" }],
    policySets: { bounded: { policies: [{ id: "size", type: "request-size", config: { bodyBytesMax: 1_000 } }] } },
    apis: { books: { name: "Books", prefix: "/books", versions: { v1: version, v2: version } } },
  };
  const put = async (query: string, more: object) => {
    const response = await fetch(`${gatehouse.origins[0]}/manage/v1/platform-file${query}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${gatehouse.adminToken}`, "Content-Type": "application/json" },
      body: JSON.stringify({ file, ...more }),
    });
    const answer = (await response.json()) as { planId: string };
    expect([response.status, answer]).toEqual([200, expect.anything()]);
    return answer.planId;
  };
  await put("", { planId: await put("?plan=true", {}) });
}, 180_000);
afterAll(() => gatehouse?.stop());

/** The database as if a program said something else. */
function changing(change: (program: { policies: { type: string }[] }) => object): Ask {
  return async (sql) => {
    const rows = await ask(sql);
    if (!sql.includes("content_parts")) return rows;
    const program = {
      format: 1,
      kind: "revision",
      workspace: "default",
      api: "a",
      version: "v",
      revision: "r",
      style: "rest",
      routes: [],
      policies: [{ id: "size", type: "request-size", config: { bodyBytesMax: 1 } }],
      upstream: { timeouts: {} },
    };
    const body = gzipSync(JSON.stringify(change(program))).toString("base64");
    return rows.map((row) => ({ ...row, body }));
  };
}

describe("what is live", () => {
  it("is served by the build that published it", async () => {
    expect(await checkLivePrograms(ask)).toEqual({ checked: 2, faults: [] });
  });

  it("stops a build that no longer knows a policy, its configuration, the style or the form, and says where", async () => {
    const unknown = changing((program) => ({ ...program, policies: [{ id: "x", type: "gone", config: {} }] }));
    expect((await checkLivePrograms(unknown)).faults).toMatchObject([
      {
        what: "books/v1 in production",
        why: expect.stringContaining("/policies/0/type: There is no policy of type “gone”"),
      },
      { what: "books/v2 in production" },
    ]);
    const faults = async (change: object) =>
      (await checkLivePrograms(changing((program) => ({ ...program, ...change })))).faults[0]?.why;
    expect(await faults({ policies: [{ id: "x", type: "request-size", config: { no: 1 } }] })).toContain(
      "/policies/0/config",
    );
    expect(await faults({ style: "soap" })).toContain("style soap");
    expect(await faults({ format: 99 })).toContain("does not read its program: format");
  });

  it("is checked down to the policies above all versions, and to programs that are not there", async () => {
    const listless: Ask = async (sql) =>
      sql.includes("policy_lists") ? [{ workspace: "default", entries: '[{"id":"x","type":"gone"}]' }] : ask(sql);
    expect((await checkLivePrograms(listless)).faults).toMatchObject([{ what: "the policies of default" }]);
    const lost: Ask = async (sql) => (sql.includes("content_parts") ? [] : ask(sql));
    expect((await checkLivePrograms(lost)).faults[0]?.why).toContain("Publish the version again");
  });

  it("is nothing before the first deploy", async () => {
    expect(await checkLivePrograms(async () => [])).toEqual({ checked: 0, faults: [] });
  });
});
