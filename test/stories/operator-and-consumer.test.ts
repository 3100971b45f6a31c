/**
 * An operator describes an API in a file and changes it; a consumer calls it with a key. Through the command line, the
 * management API and two gateway isolates of the built worker.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { answer, startUpstream, type ScriptedUpstream } from "../support/node/scripted-upstream.ts";

const root = path.join(import.meta.dirname, "../..");
/** The bound of the architecture, and a little for two busy cores. */
const liveWithinMs = { timeout: 15_000, interval: 250 };

let folder: string;
let file: string;
let upstream: ScriptedUpstream;
let gatehouse: BuiltGatehouse;

const document = `openapi: 3.1.0
info: { title: Books, version: v1 }
paths:
  /books:
    get: { operationId: listBooks, responses: { "200": { description: All of them } } }
  /books/{isbn}:
    get: { operationId: getBook, responses: { "200": { description: One } } }
`;
const limits = (mode: string) =>
  `{ name: Any, mode: ${mode}, limits: [{ name: per-hour, algorithm: fixed-window, callsMax: 100, windowMs: 3600000 }] }`;
const workspace = () => `format: 1
workspace: default
environments:
  production: { hosts: [api.localhost] }
upstreams:
  books: { targets: { production: [{ url: ${upstream.url} }] } }
apis:
  books:
    name: Books
    prefix: /books
    versions:
      v1:
        state: published
        document: books.yaml
        upstream: books
        policies:
          - { id: key, type: require-key }
          - { id: caller, type: require-principal }
          - { id: mark, type: response-headers, config: { set: { x-revision: one } } }
products:
  reading:
    name: Reading
    apis: [books]
    plans:
      exact: ${limits("exact")}
      leased: ${limits("leased")}
organizations:
  acme:
    name: Acme
    applications:
      exact-reader: { name: Exact reader, subscriptions: { reading: exact } }
      leased-reader: { name: Leased reader, subscriptions: { reading: leased } }
      stranger: { name: Stranger }
`;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs bin/gatehouse as a person would. */
function gatehouseCommand(...args: readonly string[]): Promise<Run> {
  const env = {
    ...process.env,
    NO_COLOR: "1",
    GATEHOUSE_SERVER: `${gatehouse.origins[0]}/manage/v1`,
    GATEHOUSE_TOKEN: gatehouse.adminToken,
  };
  return new Promise((resolve) => {
    execFile(path.join(root, "bin/gatehouse"), [...args], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err });
    });
  });
}

async function newKey(application: string): Promise<{ key: string; id: string }> {
  const made = await gatehouse.manage("POST", `/manage/v1/applications/${application}/keys`, {
    body: { name: "test" },
  });
  expect(made.status).toBe(201);
  return made.json() as { key: string; id: string };
}

/** Calls that this story has sent so far. */
let sent = 0;

function call(gateway: number, key?: string): ReturnType<BuiltGatehouse["call"]> {
  sent += 1;
  return gatehouse.call("/books/v1/books", {
    gateway,
    ...(key === undefined ? {} : { headers: { "x-api-key": key } }),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-story-"));
  file = path.join(folder, "gatehouse.yaml");
  upstream = await startUpstream();
  upstream.script("/books", answer({ json: [{ isbn: "1" }] }));
  gatehouse = await startBuilt({ gateways: 2, upstreams: [upstream], vars: { MANAGE_ON_GATEWAY: "true" } });
  await writeFile(path.join(folder, "books.yaml"), document);
  await writeFile(file, workspace());
}, 180_000);

afterAll(async () => {
  await gatehouse?.stop();
  await upstream?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the operator", () => {
  it("applies a file once; the second time there is nothing to change", async () => {
    const before = await gatehouseCommand("diff", "gatehouse.yaml");
    expect(before.code, before.err).toBe(2);
    const first = await gatehouseCommand("apply", "gatehouse.yaml", "--yes");
    expect(first.code, first.err).toBe(0);
    const again = await gatehouseCommand("apply", "gatehouse.yaml", "--yes", "--json");
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ changes: [] });
    expect((await gatehouseCommand("diff", "gatehouse.yaml")).code).toBe(0);
  });

  it("changes the running gateway by editing and applying, in both isolates, within the beacon's bound", async () => {
    const { key } = await newKey("exact-reader");
    for (const gateway of [0, 1]) expect((await call(gateway, key)).headers["x-revision"]).toBe("one");
    await writeFile(file, workspace().replace("x-revision: one", "x-revision: two"));
    const applied = await gatehouseCommand("apply", "gatehouse.yaml", "--yes");
    expect(applied.code, applied.err).toBe(0);
    const began = Date.now();
    for (const gateway of [0, 1]) {
      await vi.waitFor(async () => expect((await call(gateway, key)).headers["x-revision"]).toBe("two"), liveWithinMs);
      console.log(`isolate ${gateway} serves the change after ${Date.now() - began} ms`);
    }
  });

  it("cannot break anything with a broken file: it names line and field, and nothing changes", async () => {
    const good = await readFile(file, "utf8");
    const broken = good.replace("callsMax: 100", "callMax: 100");
    await writeFile(file, broken);
    const refused = await gatehouseCommand("apply", "gatehouse.yaml", "--yes");
    expect(refused.code).toBe(1);
    const line = broken.split("\n").findIndex((text) => text.includes("callMax")) + 1;
    expect(refused.err + refused.out).toContain(`gatehouse.yaml:${line}:`);
    expect(refused.err + refused.out).toContain("Did you mean callsMax?");

    // What only the server can know is refused whole as well, although other parts of the file are sound.
    await writeFile(
      file,
      good.replace("x-revision: two", "x-revision: three").replace(upstream.url, "http://10.9.8.7"),
    );
    const second = await gatehouseCommand("apply", "gatehouse.yaml", "--yes");
    expect(second.code).toBe(1);
    expect(second.err + second.out).toMatch(/gatehouse\.yaml:\d+:\d+: .*private address/);
    await writeFile(file, good);
    expect((await gatehouseCommand("diff", "gatehouse.yaml")).code).toBe(0);
  });
});

describe("whoever watches", () => {
  it("sees the calls of every isolate as they end, one a line", async () => {
    const { key } = await newKey("exact-reader");
    const watching = gatehouseCommand("logs", "books/v1", "--status", "2xx", "--json", "-n", "2");
    let isOver = false;
    void watching.then(() => (isOver = true));
    const untilOver = async () => {
      await call(0, key);
      await call(1);
      expect(isOver).toBe(true);
    };
    await vi.waitFor(untilOver, { timeout: 30_000, interval: 500 });
    const { code, out, err } = await watching;
    expect(code, err).toBe(0);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const wanted = { method: "GET", path: "/books/v1/books", status: 200, applicationName: "Exact reader" };
    expect(lines).toMatchObject([wanted, wanted]);
    const lost = await gatehouseCommand("logs", "boks");
    expect([lost.code, lost.err]).toEqual([1, expect.stringContaining("boks")]);
  });
});

describe("the consumer", () => {
  it("is served with a key and refused without one, with a wrong one, and without a subscription", async () => {
    const { key } = await newKey("exact-reader");
    const served = await call(0, key);
    expect(served.status).toBe(200);
    expect(served.json()).toEqual([{ isbn: "1" }]);
    expect((await call(0)).status).toBe(401);
    const mistyped = `${key.slice(0, -1)}${key.endsWith("x") ? "y" : "x"}`;
    expect((await call(1, mistyped)).status).toBe(401);
    expect((await call(1, (await newKey("stranger")).key)).status).toBe(403);
  });

  it("loses a revoked key in both isolates within the beacon's bound", async () => {
    const { key, id } = await newKey("leased-reader");
    for (const gateway of [0, 1]) expect((await call(gateway, key)).status).toBe(200);
    expect((await gatehouse.manage("DELETE", `/manage/v1/keys/${id}`)).status).toBeLessThan(300);
    for (const gateway of [0, 1]) {
      await vi.waitFor(async () => expect((await call(gateway, key)).status).toBe(401), liveWithinMs);
    }
  });

  it("gets exactly 100 calls an hour through both isolates, however many callers try at once", async () => {
    const { key } = await newKey("exact-reader");
    const left = Number(/r=(\d+)/.exec(String((await call(0, key)).headers["ratelimit"]))?.[1]);
    const callers = Array.from({ length: 50 }, async (_, caller) => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 10; turn += 1) statuses.push((await call((caller + turn) % 2, key)).status);
      return statuses;
    });
    const statuses = (await Promise.all(callers)).flat();
    expect(statuses.filter((status) => status === 200)).toHaveLength(left);
    expect(statuses.filter((status) => status === 429)).toHaveLength(500 - left);
  });

  it("is counted to the call, whatever was answered", async () => {
    const counted = async (): Promise<number> => {
      const answered = await gatehouse.manage("GET", "/manage/v1/usage?by=application,meter");
      expect(answered.status).toBe(200);
      const { items } = answered.json() as { items: { calls: number }[] };
      return items.reduce((sum, { calls }) => sum + calls, 0);
    };
    // Totals come with the ledgers' reports, once a minute at most.
    await vi.waitFor(async () => expect(await counted()).toBe(sent), { timeout: 150_000, interval: 2_000 });
    const compared = await gatehouse.manage("POST", "/manage/v1/usage/reconcile", {
      type: "application/json",
      body: "{}",
    });
    const { items } = compared.json() as { items: { counted: { calls: number }; before: object; after: object }[] };
    const none = { hours: 0, calls: 0, units: 0 };
    for (const item of items) expect(item).toMatchObject({ before: none, after: none });
    expect(items.reduce((sum, item) => sum + item.counted.calls, 0)).toBe(sent);
  }, 180_000);
});
