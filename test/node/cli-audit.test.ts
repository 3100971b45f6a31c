import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../src/model/audit-chain.ts";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";
import { trail } from "../support/trail.ts";

let folder = "";
let entries: AuditEntry[] = [];
let closeServer = (): void => {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-audit-"));
  entries = await trail(5);
});
afterEach(() => closeServer());
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = (items: readonly AuditEntry[], cursor: string | null = null) => [200, { items, cursor }] as const;
const rewritten = (sequence: number): AuditEntry[] =>
  entries.map((entry) => (entry.sequence === sequence ? { ...entry, actor: "tok_other" } : entry));

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement(answers);
  closeServer = () => scripted.close();
  const audit = (...args: string[]) =>
    runGatehouse(folder, ["audit", ...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "secret-token" });
  return { audit, asked: scripted.asked };
}

/** An export in the folder. */
async function exported(lines: readonly unknown[], name = "trail.ndjson"): Promise<string> {
  await writeFile(path.join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return name;
}

describe("gatehouse audit verify", () => {
  it("follows the whole trail, page by page, and prints its end", async () => {
    const { audit, asked } = await server(page(entries.slice(0, 3), "3"), page(entries.slice(3)));
    const { code, stdout } = await audit("verify", "--workspace", "shop");
    expect(stdout).toMatch(/^unbroken: 5 entries follow from the first on\.\nIts end is 5:[0-9a-f]{64}\n/);
    expect(code).toBe(0);
    expect(asked.map(({ url }) => url)).toEqual([
      "/manage/v1/audit?order=oldest&limit=1000",
      "/manage/v1/audit?order=oldest&limit=1000&cursor=3",
    ]);
    expect(asked[0]?.headers["gatehouse-workspace"]).toBe("shop");
  });

  it("names the first entry that does not fit, and exits with 1", async () => {
    const { audit } = await server(page(rewritten(3)));
    const { code, stdout } = await audit("verify");
    expect(stdout).toMatch(
      /^broken at entry 3: It does not say what it said when it was written\. Up to entry 2 it is as it was written\.\n/,
    );
    expect(code).toBe(1);
  });

  it("says the same in JSON", async () => {
    const { audit } = await server(page(entries.toSpliced(1, 1)));
    const { code, stdout } = await audit("verify", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      entries: 1,
      broken: { sequence: 3, reason: "Entry 2 is missing before it." },
    });
    expect(code).toBe(1);
  });

  it("verifies an export without a server, and another workspace's entries in it are none of its own", async () => {
    const fine = await runGatehouse(folder, ["audit", "verify", "--in", await exported(entries)]);
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringMatching(/^unbroken: 5 entries/)]);
    const [foreign] = await trail(1, "other");
    const mixed = await exported([...entries, foreign], "mixed.ndjson");
    const { code, stdout } = await runGatehouse(folder, ["audit", "verify", "-i", mixed]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("It belongs to the trail of other")]);
  });

  it("holds the trail to an end that was kept: one written anew or cut short shows", async () => {
    const file = await exported(entries);
    const verify = (head: string) => runGatehouse(folder, ["audit", "verify", "-i", file, "--head", head]);
    const at = (sequence: number) => `${sequence}:${entries[sequence - 1]?.hash ?? ""}`;
    expect((await verify(at(3))).code).toBe(0);
    expect((await verify(`3:${"0".repeat(64)}`)).stdout).toContain("at entry 3: It is another entry");
    expect((await verify(`9:${"0".repeat(64)}`)).stdout).toContain("at entry 6: The trail ends before it");
    const wrong = await verify("the last one");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("42:<hash>")]);
  });

  it("says which line of a file is no entry, and that a file is not there", async () => {
    const broken = await exported([entries[0], { sequence: 2 }], "broken.ndjson");
    const { stderr } = await runGatehouse(folder, ["audit", "verify", "-i", broken]);
    expect(stderr).toContain("broken.ndjson:2 is no entry of a trail.");
    const missing = await runGatehouse(folder, ["audit", "verify", "-i", "nothing.ndjson"]);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("nothing.ndjson cannot be read")]);
    // Nothing is not the trail of anybody, and no head can be held against it.
    const empty = await runGatehouse(folder, ["audit", "verify", "-i", await exported([], "empty.ndjson")]);
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("empty.ndjson holds no entry.")]);
  });

  it("names an entry that the server could not read as the broken link, of an export as well", async () => {
    const unreadable = { after: '{"name":' };
    const altered = entries.map((entry) => (entry.sequence === 3 ? { ...entry, after: null, unreadable } : entry));
    const told = expect.stringContaining("broken at entry 3: Its after cannot be read");
    const { audit } = await server(page(altered), page(altered));
    const online = await audit("verify");
    expect([online.code, online.stdout]).toEqual([1, told]);
    await audit("export", "--out", "altered.ndjson");
    const kept = await runGatehouse(folder, ["audit", "verify", "-i", "altered.ndjson"]);
    expect([kept.code, kept.stdout]).toEqual([1, told]);
  });
});

describe("gatehouse audit export", () => {
  it("writes what verify reads: to a file, or to stdout and nothing else there", async () => {
    const first = await server(page(entries.slice(0, 2), "2"), page(entries.slice(2)));
    const toFile = await first.audit("export", "--out", "out.ndjson", "--json");
    expect(JSON.parse(toFile.stdout)).toEqual({ ok: true, entries: 5, out: "out.ndjson" });
    const text = await readFile(path.join(folder, "out.ndjson"), "utf8");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(entries);
    closeServer();
    const second = await server(page(entries));
    expect((await second.audit("export")).stdout).toBe(text);
    const nowhere = await server(page(entries));
    const { code, stderr } = await nowhere.audit("export", "--out", "no/such/folder.ndjson");
    expect([code, stderr]).toEqual([1, expect.stringContaining("no/such/folder.ndjson cannot be written")]);
  });

  it("leaves the export that is there alone until the new one is whole, and nothing beside it", async () => {
    const inside = await mkdtemp(path.join(folder, "kept-"));
    const out = path.join(inside, "trail.ndjson");
    await writeFile(out, "kept", { mode: 0o600 });
    await symlink(out, path.join(inside, "link.ndjson"));
    const failing = await server(page(entries.slice(0, 2), "2"), [500, {}]);
    const { code } = await failing.audit("export", "--out", out);
    expect([code, await readFile(out, "utf8"), (await readdir(inside)).toSorted()]).toEqual([
      1,
      "kept",
      ["link.ndjson", "trail.ndjson"],
    ]);
    closeServer();
    const whole = await server(page(entries));
    expect((await whole.audit("export", "--out", path.join(inside, "link.ndjson"))).code).toBe(0);
    expect((await readFile(out, "utf8")).split("\n")).toHaveLength(entries.length + 1);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect((await readdir(inside)).toSorted()).toEqual(["link.ndjson", "trail.ndjson"]);
  });

  it("writes through to what is no file", async () => {
    const { audit } = await server(page(entries));
    expect((await audit("export", "--out", "/dev/null")).code).toBe(0);
    expect((await stat("/dev/null")).isFile()).toBe(false);
  });
});

describe("gatehouse audit", () => {
  it("lists the newest changes, as they are asked for", async () => {
    const { audit, asked } = await server(page(entries.toReversed(), "1"));
    const { code, stdout } = await audit("--actor", "tok_1", "--from", "2026-11-26", "--kind", "api", "-n", "5");
    const query = new URL(asked[0]?.url ?? "", "http://any").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      actor: "tok_1",
      targetKind: "api",
      from: String(Date.UTC(2026, 10, 26)),
      limit: "5",
    });
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^ {4}5 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}update-api +api api_1 {2}by tok_1$/);
    expect(lines.slice(5)).toEqual(["There are more: raise --limit, or narrow it.", ""]);
    expect(code).toBe(0);
  });

  it("asks above the workspaces with --platform, and explains a time that is none and a refusal", async () => {
    const refused = { code: "scope-missing", title: "t", status: 403, detail: "list-platform-audit needs a scope." };
    const { audit, asked } = await server([403, refused]);
    const { code, stderr } = await audit("--platform");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/needs a scope\.\nUse a token that has the scope\./)]);
    expect(asked[0]?.url).toMatch(/^\/manage\/v1\/platform\/audit\?/);
    expect((await audit("--from", "yesterday")).stderr).toContain("--from yesterday is no time");
  });
});
