import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
    for (const file of ["none.yaml", "absent.yaml"]) expect((await gatehouse(file, "books/v1")).code).toBe(1);
    expect(asked).toHaveLength(1);
  });
});
