import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scriptedManagement } from "../support/node/cli.ts";

const bin = path.join(import.meta.dirname, "..", "..", "bin", "gatehouse");
const unknown = { code: "token-invalid", title: "t", status: 401, detail: "The admin token is not valid." };
const lacking = { code: "scope-missing", title: "t", status: 403, detail: "It lacks a scope." };

let home: string;
let closeServer = (): void => {};
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "gatehouse-home-"));
});
afterEach(async () => {
  closeServer();
  await rm(home, { recursive: true });
});

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<object>(answers);
  closeServer = () => scripted.close();
  return scripted;
}

/** As somebody with this home, and nothing else of an environment. */
function gatehouse(stdin: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home } };
    const child = execFile(bin, args, options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end(stdin);
  });
}

const logins = () => path.join(home, ".config", "gatehouse", "logins.json");

describe("gatehouse login", () => {
  it("keeps a token that the server knows, for its owner alone, and no command needs it again", async () => {
    const { url, asked } = await server(
      [200, {}],
      [200, { items: [], cursor: null }],
      [200, { items: [], cursor: null }],
    );
    const done = await gatehouse("gh_admin_secret\n", "login", url);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining("Logged in to")]);
    expect(done.out + done.err).not.toContain("gh_admin_secret");
    expect((await stat(logins())).mode & 0o777).toBe(0o600);
    expect((await gatehouse("", "keys")).code).toBe(0);
    expect((await gatehouse("", "keys", "--server", url)).code).toBe(0);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer gh_admin_secret"));
  });

  it("takes a token that may little, and none that is unknown", async () => {
    const { url } = await server([403, lacking], [401, unknown]);
    expect((await gatehouse("few", "login", url)).code).toBe(0);
    const kept = await readFile(logins(), "utf8");
    const refused = await gatehouse("none", "login", url);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("not valid")]);
    expect(await readFile(logins(), "utf8")).toBe(kept);
    expect((await gatehouse("\n", "login", url)).err).toContain("There is no token on standard input");
  });

  it("is never sent to another server, and is forgotten by logout", async () => {
    const { url, asked } = await server([200, {}]);
    await gatehouse("token", "login", url);
    const other = await gatehouse("", "keys", "--server", "http://127.0.0.1:9");
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("gatehouse login http://127.0.0.1:9")]);
    expect((await gatehouse("", "logout")).out).toContain("revoke it if it was lost");
    expect(await readFile(logins(), "utf8")).not.toContain('token"');
    expect((await gatehouse("", "keys")).err).toContain("gatehouse login https://console.example.com");
    expect(asked).toHaveLength(1);
  });
});
