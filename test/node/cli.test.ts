import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Run, runGatehouse, scriptedManagement } from "../support/node/cli.ts";

const root = path.join(import.meta.dirname, "..", "..");
let folder = "";
let closeServer = (): void => {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-cli-"));
  await cp(path.join(root, "examples"), folder, { recursive: true });
});
afterEach(() => closeServer());
afterAll(() => rm(folder, { recursive: true, force: true }));

const gatehouse = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  runGatehouse(folder, args, env);

/** A copy of the example with some text replaced, under its own name. */
async function variant(name: string, replace: (text: string) => string): Promise<string> {
  const text = await readFile(path.join(folder, "gatehouse.yaml"), "utf8");
  await writeFile(path.join(folder, name), replace(text));
  return name;
}

interface FileBody {
  readonly file?: unknown;
  readonly documents?: Record<string, { text: string; mediaType: string }>;
  readonly planId?: string;
}

async function script(...answers: readonly (readonly [status: number, body: object])[]) {
  const scripted = await scriptedManagement<FileBody>(answers);
  closeServer = () => scripted.close();
  return scripted;
}

const plan = {
  workspace: "default",
  planId: "plan-1",
  applied: false,
  changes: [
    { kind: "create", resource: "plans/free", before: null, after: { name: "Free", limits: [{ callsMax: 20 }] } },
    {
      kind: "update",
      resource: "apis/bookshop/versions/v1",
      before: {
        state: "draft",
        policies: [{ id: "key", type: "require-key", enabled: true, mode: "enforce", when: [], config: {} }],
      },
      after: {
        state: "published",
        policies: [{ id: "key", type: "require-key", enabled: true, mode: "enforce", when: [], config: {} }],
      },
    },
  ],
  unchanged: 3,
  unmanaged: ["apis/old", "apis/old/versions/v1"],
  findings: [],
};
const nothing = { ...plan, changes: [], unmanaged: [] };
const token = { GATEHOUSE_TOKEN: "secret-token" };

describe("gatehouse validate", () => {
  it("takes the example, offline", async () => {
    const { code, stdout } = await gatehouse(["validate"]);
    expect(stdout).toMatch(/^gatehouse\.yaml is valid: 2 APIs, \d+ operations, 0 warnings\.\n$/);
    expect(code).toBe(0);
  });

  it("names file, line, column and field, the word that was meant, and shows the line", async () => {
    const file = await variant("misspelt.yaml", (text) => text.replace("firstByteMs", "firstBytMs"));
    const { code, stdout, stderr } = await gatehouse(["validate", "-f", file]);
    const line = (await readFile(path.join(folder, file), "utf8"))
      .split("\n")
      .findIndex((one) => one.includes("firstBytMs"));
    expect(stderr).toContain(
      `misspelt.yaml:${line + 1}:17: error: “upstreams.bookshop.timeouts” has no field “firstBytMs”. Did you mean firstByteMs?`,
    );
    expect(stderr).toContain("^^^^^^^^^^");
    expect([code, stdout]).toEqual([1, ""]);
  });

  it("answers one JSON object with --json, failures too", async () => {
    const file = await variant("policy.yaml", (text) => text.replace("type: require-key }", "type: require-kee }"));
    const { code, stdout, stderr } = await gatehouse(["validate", file, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { message: "One thing in policy.yaml cannot be applied." },
      findings: [
        { file, severity: "error", message: "There is no policy of type “require-kee”. Did you mean require-key?" },
      ],
    });
    expect([code, stderr]).toEqual([1, ""]);
  });

  it("names the place of what does not parse, what is not there, and what does not compile", async () => {
    const broken = await variant("broken.yaml", (text) => text.replace(/^workspace: .*/m, "$&\n  more: 1"));
    expect((await gatehouse(["validate", broken])).stderr).toMatch(/broken\.yaml:\d+:\d+: error: /);
    const missing = await variant("missing.yaml", (text) => text.replace("bookshop.openapi.yaml", "gone.yaml"));
    expect((await gatehouse(["validate", missing])).stderr).toMatch(
      /missing\.yaml:\d+:9: error: “gone\.yaml” cannot be read: there is no such file/,
    );
    const unknown = await variant("unknown.yaml", (text) =>
      text.replace(
        "        upstream: bookshop",
        "        upstream: bookshop\n        operationPolicies: { getBok: [] }",
      ),
    );
    expect((await gatehouse(["validate", unknown])).stderr).toMatch(
      /unknown\.yaml:\d+:30: error: There is no operation “getBok”/,
    );
    expect((await gatehouse(["validate", "nothing.yaml"])).stderr).toMatch(
      /nothing\.yaml cannot be read.*\nName the file with --file/,
    );
  });
});

describe("a file or document that is nested without end", () => {
  const deep = `\nx: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`;
  const message = "It is nested more than 100 levels deep from here. Write it flatter.";

  it("is named at the place where it gets too deep", async () => {
    const file = await variant("deep.yaml", (text) => text + deep);
    const { code, stderr } = await gatehouse(["validate", file]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`deep\\.yaml:\\d+:103: error: ${message}`))]);
    const steps = await variant("steps.yaml", (text) => `${text}\nx:\n  ${"- ".repeat(20_000)}\n`);
    expect((await gatehouse(["validate", steps])).stderr).toContain(message);
  });

  it("is named in a document, too", async () => {
    const text = await readFile(path.join(folder, "bookshop.openapi.yaml"), "utf8");
    await writeFile(path.join(folder, "deep.openapi.yaml"), text + deep);
    const file = await variant("deep-document.yaml", (one) =>
      one.replace("bookshop.openapi.yaml", "deep.openapi.yaml"),
    );
    expect((await gatehouse(["validate", file])).stderr).toMatch(
      new RegExp(`^deep\\.openapi\\.yaml:(\\d+):(\\d+): error: Line \\1, column \\2: ${message}`, "m"),
    );
  });
});

describe("--prune", () => {
  it("shows what would be deleted, and asks for it in plan and apply alike", async () => {
    const pruning = {
      ...plan,
      changes: [{ kind: "delete", resource: "apis/old", before: {}, after: null }],
      unmanaged: [],
    };
    const { url, asked } = await script([200, pruning], [200, { ...pruning, applied: true }]);
    const { code, stdout } = await gatehouse(["apply", "--prune", "--yes", "--server", url], token);
    expect([code, stdout]).toEqual([
      0,
      "- apis/old\n\nWorkspace default: 0 to create, 0 to update, 1 to delete, 3 as they should be.\nApplied.\n",
    ]);
    expect(asked.map((one) => one.url)).toEqual([
      "/manage/v1/platform-file?plan=true&prune=true",
      "/manage/v1/platform-file?prune=true",
    ]);
  });
});

describe("gatehouse diff", () => {
  it("shows what would change like a diff, without colour on a pipe, and exits with 2", async () => {
    const { url, asked } = await script([200, plan]);
    const { code, stdout } = await gatehouse(["diff", "--server", url], token);
    expect(stdout).toBe(`+ plans/free
  + name: Free
  + limits:
  +   - callsMax: 20

~ apis/bookshop/versions/v1
  - state: draft
  + state: published
    policies:
      - id: key

Workspace default: 1 to create, 1 to update, 3 as they should be.
Not in the file, and left alone without --prune: apis/old.
`);
    expect(code).toBe(2);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toBe("/manage/v1/platform-file?plan=true");
    expect(asked[0]?.headers.authorization).toBe("Bearer secret-token");
    expect(asked[0]?.headers.host).toBe(new URL(url).host);
    expect(asked[0]?.body.file).toMatchObject({ format: 1, apis: {} });
    expect(Object.keys(asked[0]?.body.documents ?? {})).toEqual(["bookshop.openapi.yaml", "royalties.openapi.yaml"]);
  });

  it("exits with 0 when there is nothing to change, and says the same in JSON", async () => {
    const { url } = await script([200, nothing]);
    const { code, stdout, stderr } = await gatehouse(["diff", "--json", "--server", url], token);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, drift: false, changes: [], planId: "plan-1" });
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("says what to do when nothing answers, when the token is wrong, and when no server is known", async () => {
    const dead = await gatehouse(["diff", "--server", "http://127.0.0.1:9"], token);
    expect([dead.code, dead.stderr]).toEqual([1, expect.stringMatching(/does not answer.*\nCheck that it runs/)]);
    const { url } = await script([
      401,
      { code: "token-invalid", title: "t", status: 401, detail: "The admin token is not valid." },
    ]);
    const refused = await gatehouse(["diff", "--server", url], token);
    expect(refused.stderr).toMatch(/The admin token is not valid\.\nGive a valid admin token/);
    const lost = await gatehouse(["diff"]);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringMatching(/No server is named.*\nRun npm start/)]);
  });
});

describe("gatehouse apply", () => {
  it("plans, applies that plan and says what it did", async () => {
    const { url, asked } = await script([200, plan], [200, { ...plan, applied: true }]);
    const { code, stdout } = await gatehouse(["apply", "--yes", "--server", url], token);
    expect(stdout).toMatch(/~ apis\/bookshop\/versions\/v1[^]*Applied\.\n$/);
    expect(code).toBe(0);
    expect(asked.map((one) => [one.url, one.body.planId])).toEqual([
      ["/manage/v1/platform-file?plan=true", undefined],
      ["/manage/v1/platform-file", "plan-1"],
    ]);
  });

  it("sends the file as it is written: the server reads its dates for itself", async () => {
    const dated = await variant("dated.yaml", (text) =>
      text.replace(/(royalties:[^]*?)state: published/, "$1state: deprecated\n        sunsetAt: 2027-06-01"),
    );
    const { url, asked } = await script([200, nothing]);
    expect((await gatehouse(["apply", dated, "--server", url], token)).code).toBe(0);
    const sent = JSON.stringify(asked[0]?.body);
    expect(sent).toContain('"sunsetAt":"2027-06-01"');
  });

  it("asks nothing of the server when there is nothing to change", async () => {
    const { url, asked } = await script([200, nothing]);
    const { code, stdout } = await gatehouse(["apply", "--server", url], token);
    expect([code, stdout]).toEqual([0, "Nothing to change in workspace default, 3 as they should be.\n"]);
    expect(asked).toHaveLength(1);
  });

  it("changes nothing where nobody can be asked and --yes is missing", async () => {
    const { url, asked } = await script([200, plan]);
    const { code, stderr } = await gatehouse(["apply", "--server", url], token);
    expect([code, stderr]).toEqual([1, expect.stringContaining("apply them with --yes")]);
    expect(asked).toHaveLength(1);
  });

  it("explains a plan that is out of date, and puts the server's findings at their lines", async () => {
    const outdated = {
      code: "plan-outdated",
      title: "t",
      status: 409,
      detail: "The state has moved since the plan was made.",
    };
    const first = await script([200, plan], [409, outdated]);
    const late = await gatehouse(["apply", "--yes", "--server", first.url], token);
    expect(late.stderr).toMatch(/The state has moved[^]*Run the command again to see the new plan/);
    closeServer();
    const findings = [{ pointer: "/apis/bookshop/prefix", message: "Taken by another API.", severity: "error" }];
    const second = await script([
      422,
      { code: "revision-invalid", title: "t", status: 422, detail: "It does not compile.", findings },
    ]);
    const refused = await gatehouse(["apply", "--yes", "--server", second.url], token);
    expect(refused.stderr).toMatch(
      /gatehouse\.yaml:\d+:5: error: Taken by another API\.\n.*prefix: \/bookshop[^]*refuses one thing/,
    );
    expect(refused.code).toBe(1);
  });

  it("logs in by what npm start left behind, and sends that token nowhere else", async () => {
    const { url, asked } = await script([200, nothing]);
    await mkdir(path.join(folder, ".gatehouse"), { recursive: true });
    const local = { management: `${url}/manage/v1`, adminToken: "local-token", gateway: url };
    await writeFile(path.join(folder, ".gatehouse", "local.json"), JSON.stringify(local));
    expect((await gatehouse(["diff"])).code).toBe(0);
    expect(asked[0]?.headers.authorization).toBe("Bearer local-token");
    const other = await gatehouse(["diff", "--server", "https://gateway.example.com"]);
    expect(other.stderr).toMatch(/There is no token for https:\/\/gateway\.example\.com/);
    await rm(path.join(folder, ".gatehouse"), { recursive: true });
  });
});

describe("gatehouse schema", () => {
  it("prints what stands in examples/gatehouse.schema.json", async () => {
    const { code, stdout } = await gatehouse(["schema"]);
    const kept = await readFile(path.join(root, "examples", "gatehouse.schema.json"), "utf8");
    expect(JSON.parse(stdout), "run: bin/gatehouse schema > examples/gatehouse.schema.json").toEqual(JSON.parse(kept));
    expect(code).toBe(0);
  });
});

describe("the command itself", () => {
  it("corrects a misspelt command, and lists what there is", async () => {
    const { code, stderr } = await gatehouse(["aply"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("Did you mean apply?")]);
    expect((await gatehouse(["--help"])).stdout).toContain("Exit codes");
  });
});
