/**
 * A real document, as large as they come: GitHub's REST API (test/documents). It is read, compiled and routed by the functions
 * that serve it, read once more on the pinned Node with a heap that is smaller than a Worker's, and imported, published and
 * called in the built worker while its heap is watched.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFailed, vi } from "vitest";
import { compileRevision } from "../../src/gateway/compile.ts";
import { buildRouteTable } from "../../src/gateway/route-table.ts";
import type { Operation } from "../../src/model/revision.ts";
import { UpstreamSettings } from "../../src/model/upstream.ts";
import { readDocument } from "../../src/protocols/rest/document.ts";
import { type BuiltGatehouse, type ManageContent, startBuilt } from "../support/node/built-worker.ts";
import { watchHeap } from "../support/node/heap-watch.ts";
import { type ScriptedUpstream, startUpstream } from "../support/node/scripted-upstream.ts";

const root = path.join(import.meta.dirname, "..", "..");
const pinnedNode = path.join(root, "node_modules", "node", "bin", "node");
const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-large-"));
  const text = brotliDecompressSync(await readFile(path.join(root, "test/documents/github.json.br"))).toString("utf8");
  const value: unknown = JSON.parse(text);
  await writeFile(path.join(folder, "github.json"), JSON.stringify(value, null, 2));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = (heapMiB: number, file: string, mediaType: string): string[] => [
  `--max-old-space-size=${heapMiB}`,
  "--input-type=module",
  "--eval",
  `import { readFileSync } from "node:fs";
   import { readDocument } from ${JSON.stringify(path.join(root, "src/protocols/rest/document.ts"))};
   const text = readFileSync(${JSON.stringify(file)}, "utf8");
   const began = performance.now();
   const { operations, findings } = readDocument(text, ${JSON.stringify(mediaType)});
   console.log(JSON.stringify({ size: text.length, ms: performance.now() - began, operations: operations.length, findings: findings.length }));`,
];

interface Reading {
  readonly size: number;
  readonly ms: number;
  readonly operations: number;
  readonly findings: number;
}

async function read(heapMiB: number, file: string, mediaType: string): Promise<Reading> {
  const { stdout } = await run(pinnedNode, script(heapMiB, file, mediaType));
  return JSON.parse(stdout) as Reading;
}

function compile(operations: Operation[]) {
  return compileRevision({
    workspace: "w",
    api: { id: "api", slug: "github", name: "GitHub", style: "rest", prefix: "/github", selector: { in: "path" } },
    version: "ver",
    revision: "rev",
    content: { document: null, operations, policies: [], operationPolicies: {}, upstream: UpstreamSettings.parse({}) },
    globalPolicies: [],
    workspacePolicies: [],
    policySets: {},
    products: [],
    secrets: [],
    targets: [{ url: "https://api.github.com", weight: 1 }],
    ownHosts: [],
    privateUpstreams: [],
  });
}

describe("13 MB and 1,223 operations", () => {
  it("are taken but for what cannot be routed, compile, and every operation answers at its own path", async () => {
    const text = await readFile(path.join(folder, "github.json"), "utf8");
    const { title, operations, findings } = readDocument(text, "application/json");
    expect(title).toMatch(/GitHub/);
    expect(operations).toHaveLength(1_222);
    expect(findings).toEqual([
      {
        pointer: "/paths/~1repos~1{owner}~1{repo}~1compare~1{base}...{head}",
        message: expect.stringContaining("“{base}...{head}” cannot be routed") as string,
        severity: "error",
      },
      // It lies at uploads.github.com.
      {
        pointer: "/paths/~1repos~1{owner}~1{repo}~1releases~1{release_id}~1assets/post/servers",
        message: expect.stringContaining("upstream of the version") as string,
        severity: "warning",
      },
    ]);
    const compiled = compile(operations);
    expect(compiled.findings).toEqual([]);
    const table = buildRouteTable(compiled.program?.routes ?? []);
    const lost = operations.filter(({ id, method, path: template }) => {
      const found = table.find(method, template.replaceAll(/\{[^}]+\}/g, "some-value"));
      return found.route?.operation !== id;
    });
    expect(lost).toEqual([]);
  });
});

describe("within a Worker's memory", () => {
  it("reads 13 MB of JSON with 1,223 operations in a heap of 80 MiB", async () => {
    const { size, ms, operations, findings } = await read(80, path.join(folder, "github.json"), "application/json");
    expect(size).toBeGreaterThan(12_000_000);
    expect({ operations, findings }).toEqual({ operations: 1_222, findings: 2 });
    expect(ms).toBeLessThan(30_000);
  });

  it("reads about the largest YAML that is taken in a heap of 90 MiB", async () => {
    const paths = Array.from({ length: 2_000 }, (_, index) => yamlPath(index)).join("\n");
    const text = `openapi: "3.1.0"\ninfo: { title: Large, version: "1" }\npaths:\n${paths}`;
    const file = path.join(folder, "large.yaml");
    await writeFile(file, text);
    const { size, operations } = await read(90, file, "application/yaml");
    expect(size).toBeGreaterThan(600_000);
    expect(operations).toBe(2_000);
  });
});

describe("in the built worker", () => {
  let gatehouse: BuiltGatehouse;
  let upstream: ScriptedUpstream;
  beforeAll(async () => {
    upstream = await startUpstream();
    // What V8 takes in the middle of a turn is not seen, but over this it ends workerd. The rest of 128 MiB is for buffers.
    vi.stubEnv("MINIFLARE_WORKERD_V8_FLAGS", "--max-heap-size=96");
    gatehouse = await startBuilt({ upstreams: [upstream], inspected: true });
    vi.unstubAllEnvs();
  });
  afterAll(() => Promise.all([gatehouse?.stop(), upstream?.stop()]));

  const manage = async (method: string, to: string, content: ManageContent) => {
    const answer = await gatehouse.manage(method, `/manage/v1${to}`, content);
    expect(answer.status, answer.text).toBeLessThan(300);
  };

  it("13 MB of JSON are imported, published and served while the heap stays under 128 MiB", async () => {
    onTestFailed(() => console.log(gatehouse.logs.map(({ message }) => message).join("\n")));
    await manage("PATCH", "/environments/production", { body: { hosts: ["api.localhost"] } });
    await manage("POST", "/upstreams", { body: { slug: "github", targets: { production: [{ url: upstream.url }] } } });
    await manage("POST", "/apis", { body: { slug: "github", name: "GitHub", prefix: "/github" } });
    await manage("POST", "/apis/github/versions", { body: { name: "v1", upstream: "github" } });
    const text = await readFile(path.join(folder, "github.json"), "utf8");
    const { mostMiB } = await watchHeap(gatehouse.miniflare, async () => {
      await manage("PUT", "/apis/github/versions/v1/document", { body: text });
      await manage("POST", "/apis/github/versions/v1/publish", { body: { environment: "production" } });
      expect((await gatehouse.call("/github/v1/zen")).json()).toMatchObject({ method: "GET", url: "/zen" });
    });
    console.log(`the worker's heap holds ${mostMiB.toFixed(1)} MiB at most, buffers included`);
    expect(mostMiB).toBeLessThan(128);
  });

  it("the same in three files that refer to each other is made one within the same memory", async () => {
    onTestFailed(() => console.log(gatehouse.logs.map(({ message }) => message).join("\n")));
    await manage("POST", "/apis", { body: { slug: "parts", name: "Parts", prefix: "/parts" } });
    await manage("POST", "/apis/parts/versions", { body: { name: "v1" } });
    const { body, type } = await inThreeFiles(await readFile(path.join(folder, "github.json"), "utf8"));
    expect(body.byteLength).toBeGreaterThan(12_000_000);
    const { mostMiB } = await watchHeap(gatehouse.miniflare, async () => {
      const to = "/manage/v1/apis/parts/versions/v1/document";
      const answer = await gatehouse.manage("PUT", to, { body, type });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json()).toMatchObject({ operations: 1_222 });
    });
    console.log(`the worker's heap holds ${mostMiB.toFixed(1)} MiB at most for three files, buffers included`);
    expect(mostMiB).toBeLessThan(128);
  });
});

/** A form of a root, its paths and its components, each a file of its own. */
async function inThreeFiles(text: string): Promise<{ body: Buffer; type: string }> {
  const { paths, components, ...rest } = JSON.parse(text) as { paths: object; components: object };
  const references = Object.keys(paths).map((name) => {
    const token = encodeURI(name.replaceAll("~", "~0").replaceAll("/", "~1"));
    return [name, { $ref: `paths.json#/${token}` }];
  });
  const files = {
    "openapi.json": JSON.stringify({ ...rest, paths: Object.fromEntries(references) as object }, null, 2),
    "paths.json": JSON.stringify(paths, null, 2).replaceAll('"#/components/', '"components.json#/'),
    "components.json": JSON.stringify(components, null, 2).replaceAll('"#/components/', '"#/'),
  };
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append(name, new Blob([content]), name);
  const sent = new Response(form);
  return { body: Buffer.from(await sent.arrayBuffer()), type: sent.headers.get("content-type") ?? "" };
}

/** About 300 characters, nested as deep as real ones. */
function yamlPath(index: number): string {
  return `  /things-${index}/{id}:
    get:
      operationId: getThing${index}
      tags: [things]
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses:
        "200":
          description: The thing.
          content:
            application/json:
              schema: { type: object, properties: { id: { type: string } } }`;
}
