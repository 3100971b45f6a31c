import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";

let folder: string;
let closeServer = (): void => {};
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-dump-"));
});
afterEach(async () => {
  closeServer();
  await rm(folder, { recursive: true });
});

const dumped = {
  file: {
    format: 1,
    workspace: "default",
    apis: {
      books: {
        versions: {
          v1: {
            document: "books/v1.openapi.json",
            policies: [{ id: "key", type: "require-key", enabled: true, mode: "enforce", when: [], config: {} }],
          },
        },
      },
    },
  },
  documents: { "books/v1.openapi.json": "/apis/api_1/versions/ver_1/revisions/1/document" },
  notes: [{ resource: "apis/books/versions/v2", message: "It has no upstream." }],
};
const yaml = `format: 1
workspace: default
apis:
  books:
    versions:
      v1:
        document: books/v1.openapi.json
        policies:
          - id: key
            type: require-key
`;
const document = { openapi: "3.1.0" };

async function server() {
  const scripted = await scriptedManagement((url) => [200, url.endsWith("/document") ? document : dumped]);
  closeServer = () => scripted.close();
  return (...args: string[]) =>
    runGatehouse(folder, ["dump", ...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "t" });
}

describe("gatehouse dump", () => {
  it("prints the file as one would write it, and notes what it cannot say", async () => {
    const { code, stdout, stderr } = await (await server())();
    expect([code, stdout]).toEqual([0, yaml]);
    expect(stderr).toContain("note: apis/books/versions/v2: It has no upstream.");
  });

  it("writes documents beside the file, and over nothing that is there unless told to", async () => {
    const dump = await server();
    const first = await dump("--out", "copy");
    expect(first.stdout).toContain("2 files written below copy");
    expect(await readFile(path.join(folder, "copy", "gatehouse.yaml"), "utf8")).toBe(yaml);
    expect(JSON.parse(await readFile(path.join(folder, "copy", "books", "v1.openapi.json"), "utf8"))).toEqual(document);
    const second = await dump("--out", "copy");
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("--force")]);
    expect((await dump("--out", "copy", "--force")).code).toBe(0);
  });
});
