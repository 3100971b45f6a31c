import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";

let closeServer = (): void => {};
afterEach(() => closeServer());

/** Answers by address: what is compared is asked for side by side. */
async function server(answers: Readonly<Record<string, object>>) {
  const scripted = await scriptedManagement<object>((url) => {
    const answer = answers[url.replace("/manage/v1", "")];
    return answer === undefined
      ? [404, { code: "resource-not-found", title: "t", status: 404, detail: `There is nothing at ${url}.` }]
      : [200, answer];
  });
  closeServer = () => scripted.close();
  return (...args: string[]) =>
    runGatehouse(tmpdir(), [...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "secret-token" });
}

const one = "/apis/bookshop/versions/v1";
const key = { id: "key", type: "require-key", enabled: true, mode: "enforce", when: [], config: {} };
const operation = { id: "listBooks", method: "GET", path: "/books", summary: "", tags: [], deprecated: false };
const settings = { timeouts: { firstByteMs: 10_000, idleMs: 15_000, totalMs: 60_000 }, hostHeader: "target" };
const content = {
  document: "abc",
  operations: [operation],
  policies: [key],
  operationPolicies: {},
  upstream: settings,
};
const document = { openapi: "3.1.0", info: { title: "Bookshop", version: "1" } };

describe("gatehouse compare", () => {
  it("shows what differs in configuration and document, and exits with 2", async () => {
    const gatehouse = await server({
      [`${one}/revisions/1`]: content,
      [`${one}/revisions/2`]: { ...content, policies: [key, { ...key, id: "door", type: "require-principal" }] },
      [`${one}/revisions/1/document`]: document,
      [`${one}/revisions/2/document`]: { ...document, info: { ...document.info, title: "Books" } },
    });
    const { code, stdout } = await gatehouse("compare", "bookshop/v1", "1", "2");
    expect(stdout).toBe(`~ gateway configuration
      - id: key
        type: require-key
  +   - id: door
  +     type: require-principal
    operationPolicies: {}
    upstream:

~ document
      "openapi": "3.1.0",
      "info": {
  -     "title": "Bookshop",
  +     "title": "Books",
        "version": "1"
      }
`);
    expect(code).toBe(2);
  });

  it("compares with the draft as it would be published now, and says so where nothing differs", async () => {
    const gatehouse = await server({
      [`${one}/revisions/1`]: { ...content, document: null },
      [`${one}/draft`]: { ...content, document: null, upstream: {} },
      [one]: { upstream: "ups_1" },
      "/upstreams/ups_1": { id: "ups_1", slug: "books", settings, targets: {} },
    });
    const { code, stdout } = await gatehouse("compare", "bookshop/v1", "1");
    expect([code, stdout]).toEqual([0, "1 and draft of bookshop/v1 are the same.\n"]);
  });

  it("counts what differs where two documents have little in common, and does not try for ever", async () => {
    const paths = (name: string) =>
      Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`/${name}/${n}`, { summary: `${name} ${n}` }]));
    const gatehouse = await server({
      [`${one}/revisions/1`]: content,
      [`${one}/revisions/2`]: content,
      [`${one}/revisions/1/document`]: { ...document, paths: paths("old") },
      [`${one}/revisions/2/document`]: { ...document, paths: paths("new") },
    });
    const { code, stdout } = await gatehouse("compare", "bookshop/v1", "1", "2");
    expect(stdout).toBe(`~ document
  - 60000 different lines that are gone
  + 60000 that are new
    … of 90009 before and 90009 after: too many to show; --json gives both
`);
    expect(code).toBe(2);
  });

  it("says what is not there, and how revisions are named", async () => {
    const gatehouse = await server({});
    const missing = await gatehouse("compare", "bookshop/v1", "1", "2");
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("There is nothing at")]);
    const wrong = await gatehouse("compare", "bookshop/v1", "first");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("they count from 1")]);
  });
});

describe("gatehouse revisions", () => {
  it("lists all of them, page by page, with where each is served", async () => {
    const at = Date.UTC(2026, 10, 26);
    const gatehouse = await server({
      [`${one}/revisions?limit=200`]: { items: [{ id: "b", number: 2, createdAt: at }], cursor: "2" },
      [`${one}/revisions?limit=200&cursor=2`]: { items: [{ id: "a", number: 1, createdAt: at }], cursor: null },
      [`${one}/deployments`]: {
        items: [
          { environment: "production", number: 1, publishedAt: at },
          { environment: "staging", number: 2, publishedAt: at },
        ],
      },
    });
    const { code, stdout } = await gatehouse("revisions", "bookshop/v1");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["REVISION", "FIRST PUBLISHED (UTC)", "SERVED IN"],
      ["2", "2026-11-26 00:00:00", "staging"],
      ["1", "2026-11-26 00:00:00", "production"],
      [""],
    ]);
    expect(code).toBe(0);
  });
});
