import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";

let closeServer = (): void => {};
afterEach(() => closeServer());

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<object>(answers);
  closeServer = () => scripted.close();
  const gatehouse = (...args: string[]) =>
    runGatehouse(tmpdir(), [...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "secret-token" });
  return { gatehouse, asked: scripted.asked };
}

const warning = { pointer: "/hosts", message: "No host.", severity: "warning" };
const publication = { version: {}, number: 3, findings: [warning] };
const version = { id: "ver_1", state: "deprecated", deprecatedAt: Date.UTC(2026, 10, 26), sunsetAt: null };
const one = "/manage/v1/apis/bookshop/versions/v1";

describe("the steps of a version's life", () => {
  it.each([
    [["publish"], "publish", { environment: "production" }],
    [["publish", "-e", "staging"], "publish", { environment: "staging" }],
    [["rollback"], "rollback", { environment: "production" }],
    [["rollback", "--revision", "2"], "rollback", { environment: "production", revision: 2 }],
    [["promote", "--from", "staging"], "promote", { environment: "production", from: "staging" }],
  ])("%o serves a revision, and shows what may not be meant", async ([command = "", ...flags], step, body) => {
    const { gatehouse, asked } = await server([200, publication]);
    const { code, stdout } = await gatehouse(command, "bookshop/v1", ...flags, "-w", "shop");
    expect(asked).toMatchObject([{ url: `${one}/${step}`, body, headers: { "gatehouse-workspace": "shop" } }]);
    expect(stdout).toMatch(/^warning: \/hosts No host\.\nbookshop\/v1 serves revision 3 in \w+; everywhere/);
    expect(code).toBe(0);
  });

  it("deprecates with times as people write them, and takes back what was said", async () => {
    const { gatehouse, asked } = await server(
      [200, { ...version, sunsetAt: Date.UTC(2027, 2, 1) }],
      [200, version],
      [200, version],
      [200, version],
    );
    const flags = ["--since", "2026-11-26", "--sunset", "2027-03-01T00:00:00Z", "--guide", "https://docs.example"];
    const first = await gatehouse("deprecate", "bookshop/v1", ...flags);
    expect(first.stdout).toBe(
      "bookshop/v1 is deprecated since 2026-11-26 00:00:00 UTC; it answers until 2027-03-01 00:00:00 UTC.\n",
    );
    const second = await gatehouse("deprecate", "bookshop/v1", "--sunset", "never", "--guide", "portal");
    expect(second.stdout).toContain("nobody has said until when");
    await gatehouse(
      "deprecate",
      "bookshop/v1",
      "--brownout",
      "2027-01-10T09:00:00Z/2027-01-10T10:00:00Z",
      "2027-02-10/2027-02-11",
    );
    await gatehouse("deprecate", "bookshop/v1", "--brownout", "none");
    const [day, hour] = [Date.UTC(2027, 1, 10), Date.UTC(2027, 0, 10, 9)];
    expect(asked.map(({ body }) => body)).toEqual([
      { deprecatedAt: Date.UTC(2026, 10, 26), sunsetAt: Date.UTC(2027, 2, 1), guideUrl: "https://docs.example" },
      { sunsetAt: null, guideUrl: null },
      {
        brownouts: [
          { from: hour, to: hour + 3_600_000 },
          { from: day, to: day + 86_400_000 },
        ],
      },
      { brownouts: [] },
    ]);
  });

  it("retires with a reason, says who is in the way without one, and reinstates", async () => {
    const inUse = { code: "version-in-use", title: "t", status: 409, detail: "v1 was called by Web. Give a reason." };
    const { gatehouse, asked } = await server([409, inUse], [200, version], [200, version]);
    const refused = await gatehouse("retire", "bookshop/v1");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("v1 was called by Web. Give a reason."),
    ]);
    expect((await gatehouse("retire", "bookshop/v1", "--reason", "It leaks.", "--json")).stdout).toContain('"ok":true');
    expect((await gatehouse("reinstate", "bookshop/v1")).stdout).toBe("bookshop/v1 is published again.\n");
    expect(asked.map(({ body }) => body)).toEqual([{}, { reason: "It leaks." }, {}]);
  });

  it("tries a revision with some callers, then with all or none", async () => {
    const canary = { number: 3, stable: 2, percent: 10, running: true };
    const { gatehouse, asked } = await server(
      [200, canary],
      [200, { ...canary, percent: 0.5 }],
      [200, publication],
      [200, canary],
    );
    const started = await gatehouse("canary", "start", "bookshop/v1", "--percent", "10");
    expect(started.stdout).toContain("Revision 3 of bookshop/v1 serves 10 % of callers in production");
    await gatehouse("canary", "set", "bookshop/v1", "-p", "0.5", "-e", "staging");
    expect((await gatehouse("canary", "promote", "bookshop/v1")).stdout).toContain("serves all callers");
    expect((await gatehouse("canary", "abort", "bookshop/v1")).stdout).toContain("get revision 2");
    expect((await gatehouse("canary", "start", "bookshop/v1", "-p", "many")).stderr).toContain("such as 10 or 0.5");
    expect(asked).toMatchObject([
      { url: `${one}/canary`, body: { percent: 10, environment: "production" } },
      { url: `${one}/canary`, body: { percent: 0.5, environment: "staging" } },
      { url: `${one}/canary/promote` },
      { url: `${one}/canary/abort` },
    ]);
  });

  it("has it done at a time, lists what is, and cancels", async () => {
    const at = Date.UTC(2027, 0, 1, 6);
    const schedule = { id: "sch_1", version: "ver_1", does: "publish", at, state: "waiting", failure: null };
    const page = { items: [{ ...schedule, state: "failed", failure: "It is retired." }], cursor: null };
    const { gatehouse, asked } = await server([201, schedule], [201, schedule], [200, page], [200, schedule]);
    const planned = await gatehouse("publish", "bookshop/v1", "-e", "staging", "--at", "2027-01-01T06:00:00Z");
    expect(planned.stdout).toContain("published in staging, as its draft is now, on 2027-01-01 06:00:00 UTC");
    await gatehouse("retire", "bookshop/v1", "--at", "2027-01-01T06:00:00Z", "--reason", "It leaks.");
    expect((await gatehouse("schedules")).stdout).toContain("failed: It is retired.");
    expect((await gatehouse("schedules", "cancel", "sch_1")).stdout).toBe("sch_1 is cancelled.\n");
    expect(asked).toMatchObject([
      { url: `${one}/schedules`, body: { does: "publish", at, environment: "staging" } },
      { url: `${one}/schedules`, body: { does: "retire", at, reason: "It leaks." } },
      {},
      { url: "/manage/v1/schedules/sch_1" },
    ]);
  });

  it("withdraws from one environment, by name", async () => {
    const { gatehouse, asked } = await server([200, version]);
    expect((await gatehouse("withdraw", "bookshop/v1")).stderr).toContain("--environment <name>");
    const { stdout } = await gatehouse("withdraw", "bookshop/v1", "-e", "staging");
    expect(stdout).toBe("bookshop/v1 is not served in staging any more.\n");
    expect(asked).toMatchObject([{ url: `${one}/withdraw`, body: { environment: "staging" } }]);
  });

  it("says how versions, revisions and times are written, before anything is sent", async () => {
    const { gatehouse, asked } = await server();
    for (const [args, hint] of [
      [["publish", "bookshop"], "bookshop/v1"],
      [["rollback", "bookshop/v1", "--revision", "last"], "such as 3"],
      [["deprecate", "bookshop/v1", "--sunset", "soon"], "2026-11-26T12:00:00Z"],
      [["promote", "bookshop/v1"], "--from <name>"],
    ] as const) {
      const { code, stderr } = await gatehouse(...args);
      expect([code, stderr], args.join(" ")).toEqual([1, expect.stringContaining(hint)]);
    }
    expect(asked).toEqual([]);
  });
});

describe("gatehouse keys", () => {
  const key = {
    id: "key_1",
    application: "app_1",
    name: "Server",
    hint: "gh_live_ab…",
    expiresAt: null,
    revokedAt: null,
  };

  it("lists them all, page by page, with what has become of them", async () => {
    const revoked = { ...key, id: "key_2", revokedAt: Date.UTC(2026, 10, 26) };
    const { gatehouse, asked } = await server(
      [200, { items: [key], cursor: "key_1" }],
      [200, { items: [revoked], cursor: null }],
    );
    const { stdout } = await gatehouse("keys", "-a", "web");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "BEGINS WITH", "NAME", "APPLICATION", "STATE"],
      ["key_1", "gh_live_ab…", "Server", "app_1", "usable"],
      ["key_2", "gh_live_ab…", "Server", "app_1", "revoked 2026-11-26 00:00:00"],
      [""],
    ]);
    expect(asked.map(({ url }) => url)).toEqual([
      "/manage/v1/keys?application=web&limit=200",
      "/manage/v1/keys?application=web&limit=200&cursor=key_1",
    ]);
  });

  it("prints a new key alone, so that it can be piped, and revokes by id", async () => {
    const { gatehouse, asked } = await server([201, { ...key, key: "gh_live_secret" }], [200, key]);
    const made = await gatehouse("keys", "create", "web", "--expires", "2027-11-26", "--name", "Server");
    expect(made.stdout).toBe("gh_live_secret\n");
    expect(made.stderr).toContain("shown this once");
    expect((await gatehouse("keys", "revoke", "key_1")).stdout).toContain("Key key_1 (gh_live_ab…) is revoked");
    expect(asked.map(({ url, body }) => [url, body])).toEqual([
      [
        "/manage/v1/applications/web/keys",
        { environment: "production", name: "Server", expiresAt: Date.UTC(2027, 10, 26) },
      ],
      ["/manage/v1/keys/key_1", {}],
    ]);
  });
});

describe("gatehouse usage", () => {
  const row = {
    from: Date.UTC(2026, 10, 26, 9),
    api: "api_1",
    application: "",
    calls: 12_345,
    units: 12_345,
    classes: { "2xx": 12_000, "3xx": 0, "4xx": 340, "5xx": 5 },
    latency: { p50: 2.81, p95: 8.8, p99: 42.5 },
  };

  it("shows totals as they are asked for", async () => {
    const { gatehouse, asked } = await server(
      [200, { items: [row], complete: false }],
      [200, { items: [], complete: true }],
    );
    const { stdout } = await gatehouse("usage", "--per", "hour", "--by", "api,application", "--from", "2026-11-26");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["FROM (UTC)", "API", "APPLICATION", "CALLS", "UNITS", "4XX", "5XX", "P50 MS", "P95 MS", "P99 MS"],
      ["2026-11-26 09:00:00", "api_1", "–", "12,345", "12,345", "340", "5", "2.8", "8.8", "42.5"],
      ["There are more: raise --limit, or narrow it."],
      [""],
    ]);
    expect(Object.fromEntries(new URL(asked[0]?.url ?? "", "http://any").searchParams)).toEqual({
      per: "hour",
      limit: "1000",
      by: "api,application",
      from: String(Date.UTC(2026, 10, 26)),
    });
    const quiet = await gatehouse("usage", "--per", "minute", "-a", "acme/web");
    expect(quiet.stdout).toBe("Nothing was called in this time.\n");
    expect(asked[1]?.url).toBe("/manage/v1/usage?per=minute&limit=1000&application=acme%2Fweb");
  });
});

describe("gatehouse usage reconcile", () => {
  const none = { hours: 0, calls: 0, units: 0 };
  const item = (calls: number, change: object = {}) => ({
    ledger: `app:shop:env_1:app_${calls}`,
    environment: "env_1",
    application: `app_${calls}`,
    api: null,
    hours: 24,
    counted: { calls, units: calls },
    stored: { calls, units: calls },
    before: none,
    repaired: 0,
    after: none,
    ...change,
  });
  const lines = (stdout: string) => stdout.split("\n").map((line) => line.split(/ {2,}/));

  it("compares page by page, and says in one sentence that there is no difference", async () => {
    const { gatehouse, asked } = await server(
      [200, { items: [item(1_201)], cursor: "app:shop:env_1:app_1201" }],
      [200, { items: [item(2_000)], cursor: null }],
    );
    const { code, stdout } = await gatehouse("usage", "reconcile", "-a", "acme/web", "-w", "shop");
    expect(lines(stdout)).toEqual([
      ["LEDGER", "HOURS", "CALLS", "STORED", "DIFFERENCE", "REPAIRED", "LEFT"],
      ["app:shop:env_1:app_1201", "24", "1,201", "1,201", "–", "–", "–"],
      ["app:shop:env_1:app_2000", "24", "2,000", "2,000", "–", "–", "–"],
      ["2 ledgers, 3,201 calls: no difference."],
      [""],
    ]);
    expect(code).toBe(0);
    expect(asked).toMatchObject([
      { url: "/manage/v1/usage/reconcile", body: { application: "acme/web" } },
      { url: "/manage/v1/usage/reconcile?cursor=app%3Ashop%3Aenv_1%3Aapp_1201", body: { application: "acme/web" } },
    ]);
  });

  it("shows what was repaired, and fails while something remains", async () => {
    const before = { hours: 1, calls: 40, units: 0 };
    const mended = item(7, { before, repaired: 1 });
    const broken = item(8, { before: { hours: 2, calls: 0, units: 3 }, after: { hours: 1, calls: 0, units: 0 } });
    const { gatehouse } = await server(
      [200, { items: [mended], cursor: null }],
      [200, { items: [mended, broken], cursor: null }],
      [200, { items: [broken], cursor: null }],
      [200, { items: [], cursor: null }],
    );
    const done = await gatehouse("usage", "reconcile");
    expect([done.code, lines(done.stdout).at(-2)]).toEqual([
      0,
      ["1 ledger, 7 calls: no difference any more, 1 hour was sent again."],
    ]);
    const left = await gatehouse("usage", "reconcile");
    expect(left.code).toBe(1);
    expect(lines(left.stdout).slice(1, 4)).toEqual([
      ["app:shop:env_1:app_7", "24", "7", "7", "40 calls", "1 hour", "–"],
      ["app:shop:env_1:app_8", "24", "8", "8", "3 units", "–", "1 hour"],
      ["2 ledgers, 15 calls: 1 hour still differs."],
    ]);
    const json = await gatehouse("usage", "reconcile", "--json");
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { items: [{ hours: 24 }], difference: true }]);
    expect((await gatehouse("usage", "reconcile")).stdout).toBe("0 ledgers, 0 calls: no difference.\n");
  });
});

describe("a command that fails", () => {
  const fault = { code: "internal", title: "t", status: 500, detail: "Something broke." };

  it("says what may have become of it: nothing of a question, perhaps all of a change", async () => {
    const { gatehouse } = await server([500, fault], [500, fault]);
    const asked = await gatehouse("revisions", "bookshop/v1");
    expect(asked.stderr).toContain("Nothing was changed. Wait a moment. Then try again");
    const changed = await gatehouse("publish", "bookshop/v1");
    expect(changed.stderr).toContain("It may have been done all the same: see with gatehouse audit.");
  });

  it("names the flag that no header can carry", async () => {
    const { gatehouse, asked } = await server();
    for (const workspace of ["é☃", "a b", ""]) {
      const { code, stderr } = await gatehouse("revisions", "bookshop/v1", "-w", workspace);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`“${workspace}” cannot be a workspace.`)]);
    }
    const { stderr } = await gatehouse("revisions", "bookshop/v1", "--token", "gh_ädmin");
    expect(stderr).toContain("The token holds what no token does.\nGive a valid admin token");
    expect(asked).toEqual([]);
  });
});
