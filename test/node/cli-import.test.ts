import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  paths: { "/books": { $ref: "paths/books.yaml" } },
};
const warning = { pointer: "/paths", message: "Look at this.", severity: "warning" };
const imported = { title: "Books", operations: 1, findings: [warning] };

let folder: string;
let closeServer = (): void => {};
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-import-"));
  await mkdir(path.join(folder, "api", "paths"), { recursive: true });
  await writeFile(path.join(folder, "api", "openapi.json"), JSON.stringify(document));
  await writeFile(path.join(folder, "api", "paths", "books.yaml"), "get: { operationId: listBooks, responses: {} }\n");
});
afterEach(async () => {
  closeServer();
  await rm(folder, { recursive: true });
});

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<Record<string, unknown>>(answers);
  closeServer = () => scripted.close();
  const gatehouse = (...args: string[]) =>
    runGatehouse(folder, ["import", "openapi", ...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "t" });
  return { gatehouse, asked: scripted.asked };
}

describe("gatehouse import openapi", () => {
  it("puts a description and the files it refers to together, sends them as one, and shows what was found", async () => {
    const { gatehouse, asked } = await server([200, imported]);
    const { code, stdout, stderr } = await gatehouse("api/openapi.json", "books/v1");
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("“Books” is the draft of books/v1, with one operation."),
    ]);
    expect(stderr).toContain("warning: /paths: Look at this.");
    expect(asked).toMatchObject([
      {
        url: "/manage/v1/apis/books/versions/v1/document",
        body: {
          paths: { "/books": { $ref: "#/x-files/paths~1books.yaml" } },
          "x-files": { "paths/books.yaml": { get: { operationId: "listBooks" } } },
        },
      },
    ]);
  });

  it("makes API and version where they are not there yet", async () => {
    const none = { items: [], cursor: null };
    const { gatehouse, asked } = await server([200, none], [201, {}], [200, none], [201, {}], [200, imported]);
    await gatehouse("api/openapi.json", "books/v1", "--create", "--prefix", "/b");
    expect(asked.map(({ url, body }) => [url.split("?")[0], body["name"] ?? ""])).toEqual([
      ["/manage/v1/apis", ""],
      ["/manage/v1/apis", "Books"],
      ["/manage/v1/apis/books/versions", ""],
      ["/manage/v1/apis/books/versions", "v1"],
      ["/manage/v1/apis/books/versions/v1/document", ""],
    ]);
    expect(asked[1]?.body).toEqual({ slug: "books", name: "Books", prefix: "/b" });
  });

  it("says what is missing, follows nothing to another host, and sends nothing that is no description", async () => {
    const { gatehouse, asked } = await server([200, imported]);
    const paths = { "/a": { $ref: "gone.yaml" }, "/b": { $ref: "http://127.0.0.1:1/b.json" } };
    await writeFile(path.join(folder, "broken.json"), JSON.stringify({ ...document, paths }));
    const { stderr } = await gatehouse("broken.json", "books/v1");
    expect(stderr).toContain("“gone.yaml” is not among the files. Add it, then import again.");
    expect(stderr).toContain("never fetched");
    await writeFile(path.join(folder, "none.yaml"), "a: 1\n");
    await writeFile(path.join(folder, "half.yaml"), "openapi: [\n");
    for (const [file, why] of [
      ["none.yaml", "field openapi is missing"],
      ["half.yaml", "Line 2, column 1"],
      ["absent.yaml", "ENOENT"],
    ] as const) {
      const refused = await gatehouse(file, "books/v1");
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(why)]);
      expect(refused.stderr).not.toContain("The command itself failed");
    }
    expect(asked).toHaveLength(1);
  });

  it("finds the description of a folder, and files beside the folder too", async () => {
    const { gatehouse, asked } = await server([200, imported], [200, imported]);
    await mkdir(path.join(folder, "common"));
    const responses = { default: { $ref: "../../common/error.yaml" } };
    await writeFile(path.join(folder, "api", "paths", "books.yaml"), JSON.stringify({ get: { responses } }));
    await writeFile(path.join(folder, "common", "error.yaml"), "description: It failed.\n");
    expect((await gatehouse("api", "books/v1")).code).toBe(0);
    expect((await gatehouse("./api/openapi.json", "books/v1")).code).toBe(0);
    const [first, second] = asked.map(({ body }) => body);
    expect(first?.["x-files"]).toEqual({
      "api/paths/books.yaml": { get: { responses: { default: { $ref: "#/x-files/common~1error.yaml" } } } },
      "common/error.yaml": { description: "It failed." },
    });
    expect(second).toEqual(first);
  });

  it("sends nothing that lies outside of the working folder, nor one of several descriptions", async () => {
    const { gatehouse, asked } = await server([200, imported]);
    const outside = await mkdtemp(path.join(tmpdir(), "gatehouse-outside-"));
    onTestFinished(() => rm(outside, { recursive: true }));
    await writeFile(path.join(outside, "secret.yaml"), "token: hunter2\n");
    const stolen = { $ref: `../${path.basename(outside)}/secret.yaml` };
    await writeFile(path.join(folder, "thief.json"), JSON.stringify({ ...document, paths: { "/a": stolen } }));
    const { stderr } = await gatehouse("thief.json", "books/v1");
    expect(stderr).toContain("leads out of the files");
    expect(JSON.stringify(asked)).not.toContain("hunter2");
    await writeFile(path.join(folder, "other.json"), JSON.stringify(document));
    const several = await gatehouse(".", "books/v1");
    expect([several.code, several.stderr]).toEqual([1, expect.stringContaining("other.json, thief.json")]);
  });

  it("sends one file as it is written, and as JSON if it is more YAML than a server parses", async () => {
    const sent: string[] = [];
    const scripted = await scriptedManagement<Record<string, unknown>>([
      [200, imported],
      [200, imported],
    ]);
    closeServer = () => scripted.close();
    const run = (file: string) =>
      runGatehouse(folder, ["import", "openapi", file, "books/v1", "--server", scripted.url], { GATEHOUSE_TOKEN: "t" });
    const plain = JSON.stringify({ ...document, paths: {} }, null, 2);
    await writeFile(path.join(folder, "one.json"), plain);
    const description = "x".repeat(2_200_000);
    await writeFile(
      path.join(folder, "long.yaml"),
      `openapi: 3.1.0\ninfo: { title: L, version: "1", description: ${description} }\npaths: {}\n`,
    );
    for (const file of ["one.json", "long.yaml"]) expect((await run(file)).code).toBe(0);
    for (const { headers } of scripted.asked) sent.push(`${headers["content-type"]}`);
    expect(sent).toEqual(["application/json", "application/json"]);
    expect(scripted.asked[0]?.headers["content-length"]).toBe(String(plain.length));
    expect(scripted.asked[1]?.body).toMatchObject({ info: { description } });
  });
});
