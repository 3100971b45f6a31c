/** What others wrote is shown, and steers no terminal. */
import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";
import { trail } from "../support/trail.ts";

let closeServer = (): void => {};
afterEach(() => closeServer());

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<object>(answers);
  closeServer = () => scripted.close();
  const env = { GATEHOUSE_TOKEN: "secret-token", FORCE_COLOR: "1" };
  return (...args: string[]) => runGatehouse(tmpdir(), [...args, "--server", scripted.url], env);
}

/** Clears the screen, sets the window's title, and colours what follows as our own styles do. */
const hostile = "Web\u001B[2J\u001B]0;owned\u0007\u001B[32m\u009B2J\r\u007F";
const shown = String.raw`Web\u001b[2J\u001b]0;owned\u0007\u001b[32m\u009b2J\u000d\u007f`;
const key = { id: "key_1", hint: "gh_live_a", name: hostile, application: "web", expiresAt: null, revokedAt: null };

describe("what others wrote", () => {
  it("is printed with its control characters visible, and our own colours as such", async () => {
    const gatehouse = await server([200, { items: [key], cursor: null }]);
    const { stdout } = await gatehouse("keys");
    expect(stdout).toContain(shown);
    expect(stdout.startsWith("\u001B[2mID")).toBe(true);
    expect(stdout.split("\n").slice(1).join("\n")).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it("is told so in refusals, diffs and trails", async () => {
    const refused = { code: "state-conflict", title: "t", status: 409, detail: `${hostile} is in the way.` };
    const content = { document: null, operations: [], policies: [], operationPolicies: {}, upstream: {} };
    const gatehouse = await server(
      [409, refused],
      [200, { ...content, policies: [hostile] }],
      [200, content],
      [200, { items: (await trail(1)).map((entry) => ({ ...entry, target: hostile })), cursor: null }],
    );
    const told = await gatehouse("retire", "bookshop/v1");
    expect(told.stderr).toContain(`${shown} is in the way.`);
    // As YAML writes it, which has its own escapes.
    const { stdout } = await gatehouse("compare", "bookshop/v1", "1", "2");
    expect(stdout).toContain(String.raw`Web\e[2J\e]0;owned\a`);
    expect(stdout).toContain("\u001B[31m  -");
    expect((await gatehouse("audit")).stdout).toContain(shown);
  });

  it("means the same to programs", async () => {
    const dumped = { file: { name: hostile }, documents: {}, notes: [] };
    const entries = (await trail(1)).map((entry) => ({ ...entry, target: hostile }));
    const page = { items: entries, cursor: null };
    const gatehouse = await server([200, { items: [key], cursor: null }], [200, dumped], [200, page]);
    const answers = [await gatehouse("keys", "--json"), await gatehouse("dump"), await gatehouse("audit", "export")];
    for (const { stdout } of answers) expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    const [keys = "", dump = "", exported = ""] = answers.map(({ stdout }) => stdout);
    expect(JSON.parse(keys)).toMatchObject({ items: [{ name: hostile }] });
    expect(parse(dump)).toEqual(dumped.file);
    expect(JSON.parse(exported)).toEqual(entries[0]);
  });
});
