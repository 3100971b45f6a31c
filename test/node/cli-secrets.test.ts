import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { scriptedManagement } from "../support/node/cli.ts";

let closeServer = (): void => {};
afterEach(() => closeServer());

const bin = path.join(import.meta.dirname, "..", "..", "bin", "gatehouse");
const secret = { name: "SHOP_TOKEN", hosts: [], setAt: 1_795_000_000_000 };
const one = "/manage/v1/environments/production/secrets/SHOP_TOKEN";

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<object>(answers);
  closeServer = () => scripted.close();
  const gatehouse = (stdin: string, ...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const options = { cwd: tmpdir(), env: { PATH: process.env.PATH, GATEHOUSE_TOKEN: "t" } };
      const all = ["secrets", ...args, "--server", scripted.url];
      const child = execFile(bin, all, options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end(stdin);
    });
  return { gatehouse, asked: scripted.asked };
}

describe("gatehouse secrets", () => {
  it("sets what standard input holds, without its last line break, and shows it nowhere", async () => {
    const { gatehouse, asked } = await server([200, secret], [200, { ...secret, hosts: ["api.example.com"] }]);
    const first = await gatehouse("s3cret\n", "set", "SHOP_TOKEN", "--host", "api.example.com");
    expect(asked).toMatchObject([
      { url: one, body: { value: "s3cret" } },
      { url: `${one}/hosts`, body: { hosts: ["api.example.com"] } },
    ]);
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining("SHOP_TOKEN is set in production")]);
    expect(first.stdout + first.stderr).not.toContain("s3cret");
  });

  it("says that an unbound secret is sent nowhere, and that there must be a value", async () => {
    const { gatehouse, asked } = await server([200, secret]);
    expect((await gatehouse("s3cret", "set", "SHOP_TOKEN")).stdout).toContain(
      "gatehouse secrets bind SHOP_TOKEN <host>",
    );
    const empty = await gatehouse("\n", "set", "SHOP_TOKEN");
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("gatehouse secrets set SHOP_TOKEN <")]);
    expect(asked).toHaveLength(1);
  });

  it("lists, binds and deletes", async () => {
    const page = { items: [{ ...secret, hosts: ["api.example.com"] }], cursor: null };
    const { gatehouse, asked } = await server([200, page], [200, secret], [204, {}]);
    expect((await gatehouse("", "-e", "staging")).stdout).toMatch(/SHOP_TOKEN +2026-\d\d-\d\d .+api\.example\.com/);
    expect((await gatehouse("", "bind", "SHOP_TOKEN")).stdout).toBe("SHOP_TOKEN may be sent nowhere.\n");
    expect((await gatehouse("", "delete", "SHOP_TOKEN")).stdout).toContain("is deleted from production");
    expect(asked.map(({ url }) => url)).toEqual([
      "/manage/v1/environments/staging/secrets?limit=200",
      `${one}/hosts`,
      one,
    ]);
  });

  it("seals anew until none is left", async () => {
    const run = (resealed: number, remaining: number): [number, object] => [200, { keyId: "k2", resealed, remaining }];
    const { gatehouse, asked } = await server(run(200, 30), run(30, 0));
    expect((await gatehouse("", "reseal")).stdout).toContain("sealed by key k2 (230 anew)");
    expect(asked).toHaveLength(2);
  });
});
