import { describe, expect, it } from "vitest";
import { Problem, type Finding } from "../../../src/model/problem.ts";
import { documents } from "../../../src/protocols/documents.ts";
import { readDocument } from "../../../src/protocols/rest/document.ts";

const head = `openapi: "3.1.0"\ninfo: { title: Books, version: "1" }\n`;

function read(paths: string, rest = "") {
  return readDocument(`${head}paths:\n${paths.replace(/^/gm, "  ")}\n${rest}`, "application/yaml");
}

function refusal(text: string, mediaType = "application/yaml"): { detail: string; findings: Finding[] } {
  try {
    readDocument(text, mediaType);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "document-invalid") {
      return { detail: thrown.detail, findings: thrown.members.findings as Finding[] };
    }
    throw thrown;
  }
  throw new Error("the document was taken");
}

describe("what a document describes", () => {
  it("reads title, version, servers and operations from YAML", () => {
    const description = readDocument(
      `openapi: 3.0.3
info: { title: Bookshop, version: "2", description: Sells books. }
servers: [{ url: "https://{where}.example/v2", variables: { where: { default: api } } }]
paths:
  /books/{isbn}:
    parameters: [{ name: isbn, in: path, required: true }]
    get: { operationId: getBook, summary: One book, tags: [books], responses: { 200: { description: ok } } }
    delete: { operationId: deleteBook, deprecated: true }
`,
      "text/yaml; charset=utf-8",
    );
    expect(description).toMatchObject({
      title: "Bookshop",
      versionName: "2",
      description: "Sells books.",
      servers: ["https://api.example/v2"],
      findings: [],
    });
    expect(description.operations).toEqual([
      { id: "getBook", method: "GET", path: "/books/{isbn}", summary: "One book", tags: ["books"], deprecated: false },
      { id: "deleteBook", method: "DELETE", path: "/books/{isbn}", summary: "", tags: [], deprecated: true },
    ]);
  });

  it("reads the same from JSON, and tells JSON from YAML where the media type does not", () => {
    const json = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Books", version: "1" },
      paths: { "/a": { get: { operationId: "a" } } },
    });
    expect(readDocument(json, "application/json").operations).toHaveLength(1);
    expect(readDocument(json, "application/vnd.oai.openapi+json").operations).toHaveLength(1);
    expect(readDocument(` \n${json}`, "application/octet-stream").operations).toHaveLength(1);
    expect(documents.rest?.(json, "").title).toBe("Books");
  });

  it("follows local references to path items and parameters", () => {
    const { operations, findings } = read(
      `/a/{id}: { $ref: "#/components/pathItems/A" }`,
      `components:
  pathItems: { A: { parameters: [{ $ref: "#/components/parameters/Id" }], get: { operationId: getA } } }
  parameters: { Id: { name: id, in: path, required: true } }`,
    );
    expect(operations).toMatchObject([{ id: "getA", path: "/a/{id}" }]);
    expect(findings).toEqual([]);
  });
});

describe("what stands beside a reference to a path item", () => {
  const items = `components: { pathItems: { A: { get: { operationId: getA }, put: { operationId: putA } } } }`;

  it("is taken as well, and first where both name one method", () => {
    const { operations, findings } = read(
      `/a: { $ref: "#/components/pathItems/A", put: { operationId: putHere }, post: { operationId: postA } }`,
      items,
    );
    expect(operations.map(({ id }) => id)).toEqual(["getA", "putHere", "postA"]);
    expect(findings).toMatchObject([{ pointer: "/paths/~1a/put", severity: "warning" }]);
  });

  it("is taken where the reference leads to nothing, or in a circle", () => {
    const { operations, findings } = read(
      `/a: { $ref: "#/nowhere", get: { operationId: getA } }\n/b: { $ref: "#/paths/~1c" }\n/c: { $ref: "#/paths/~1b" }`,
    );
    expect(operations.map(({ id }) => id)).toEqual(["getA"]);
    expect(findings.map(({ pointer, message }) => `${pointer} ${message.split(",")[0]}`)).toEqual([
      "/paths/~1a/$ref “#/nowhere” leads to nothing",
      "/paths/~1b/$ref “#/paths/~1c” leads in a circle",
      "/paths/~1c/$ref “#/paths/~1b” leads in a circle",
    ]);
  });
});

describe("what cannot be taken is a finding with its place", () => {
  const cases: readonly (readonly [string, string, Partial<Finding>, readonly string[]])[] = [
    ["no slash", "a: { get: { operationId: a } }", { pointer: "/paths/a", severity: "error" }, []],
    ["a query", "/a?b: { get: { operationId: a } }", { pointer: "/paths/~1a?b", severity: "error" }, []],
    ["a dot segment", "/a/../b: { get: { operationId: a } }", { pointer: "/paths/~1a~1..~1b", severity: "error" }, []],
    ["open braces", '"/a/{b": { get: { operationId: a } }', { pointer: "/paths/~1a~1{b", severity: "error" }, []],
    [
      "two paths of one shape",
      '"/a/{x}": { get: { operationId: a, parameters: [{ name: x, in: path }] } }\n"/a/{y}": { get: { operationId: b, parameters: [{ name: y, in: path }] } }',
      { pointer: "/paths/~1a~1{y}/get", severity: "error" },
      ["a"],
    ],
    ["trace", "/a: { trace: {}, get: { operationId: a } }", { pointer: "/paths/~1a/trace", severity: "error" }, ["a"]],
    ["connect", "/a: { connect: {} }", { pointer: "/paths/~1a/connect", severity: "error" }, []],
    ["capitals", "/a: { GET: {} }", { pointer: "/paths/~1a/GET", message: "“GET” is not a method. Write “get”." }, []],
    ["an unknown method", "/a: { fetch: {} }", { pointer: "/paths/~1a/fetch", severity: "error" }, []],
    [
      "no operationId",
      '"/books/{isbn}.json": { get: { parameters: [{ name: isbn, in: path }] } }',
      { pointer: "/paths/~1books~1{isbn}.json/get", severity: "warning" },
      ["get-books-isbn-json"],
    ],
    [
      "a parameter that the path has not",
      "/a: { get: { operationId: a, parameters: [{ name: id, in: path }] } }",
      { pointer: "/paths/~1a/get/parameters/0", severity: "warning" },
      ["a"],
    ],
    [
      "a parameter that is not described",
      '"/a/{id}": { get: { operationId: a } }',
      { pointer: "/paths/~1a~1{id}/get", severity: "warning" },
      ["a"],
    ],
    ["a path item elsewhere", '/a: { $ref: "./a.yaml" }', { pointer: "/paths/~1a/$ref", severity: "warning" }, []],
    ["a path item that is a list", "/a: []", { pointer: "/paths/~1a", severity: "error" }, []],
    [
      "servers of one operation",
      "/a: { get: { operationId: a, servers: [{ url: https://b.example }] } }",
      { pointer: "/paths/~1a/get/servers", severity: "warning" },
      ["a"],
    ],
    [
      "a default response that leads to nothing",
      '/a: { get: { operationId: a, responses: { default: { $ref: "#/components/responses/Gone" } } } }',
      { pointer: "/paths/~1a/get/responses/default/$ref", severity: "warning" },
      ["a"],
    ],
    ["no paths at all", "{}", { pointer: "/paths", severity: "warning" }, []],
  ];
  it.each(cases)("%s", (_name, paths, finding, ids) => {
    const { operations, findings } = read(paths);
    expect(findings).toEqual([expect.objectContaining(finding)]);
    expect(operations.map((operation) => operation.id)).toEqual(ids);
  });

  it("an operationId that stands twice gets a number, and a written one keeps its name before a made-up one", () => {
    const { operations, findings } = read(
      "/a: { get: { operationId: list }, put: {} }\n/b: { get: { operationId: list }, put: { operationId: put-a } }",
    );
    expect(operations.map((operation) => operation.id)).toEqual(["list", "put-a-2", "list-2", "put-a"]);
    expect(findings).toContainEqual(
      expect.objectContaining({ pointer: "/paths/~1b/get/operationId", severity: "warning" }),
    );
  });

  it("references outside and to nothing, but not those in examples or in properties' names", () => {
    const { findings } = read(
      `/a:
  get:
    operationId: a
    responses: { 200: { content: { application/json: { schema: { $ref: "other.json#/A" }, example: { $ref: "x.json" } } } } }`,
      `components: { schemas: { A: { properties: { $ref: { $ref: "#/components/schemas/Gone" }, b: { $ref: "#/components/schemas/A" } } } } }`,
    );
    expect(findings.map((finding) => finding.pointer)).toEqual([
      "/paths/~1a/get/responses/200/content/application~1json/schema/$ref",
      "/components/schemas/A/properties/$ref/$ref",
    ]);
  });

  it("webhooks, which are kept and not served", () => {
    const { findings } = read("/a: { get: { operationId: a } }", "webhooks: { sold: { post: {} } }");
    expect(findings).toMatchObject([{ pointer: "/webhooks", severity: "warning" }]);
  });

  it("lists 500 findings at most, errors first", () => {
    const paths = Array.from({ length: 600 }, (_, index) => `/p${index}: { get: {} }`).join("\n");
    const { findings } = read(`${paths}\n/last: { connect: {} }`);
    expect(findings).toHaveLength(500);
    expect(findings[0]?.severity).toBe("error");
    expect(findings.at(-1)?.message).toMatch(/^102 more findings/);
  });
});

describe("what is no OpenAPI document is refused", () => {
  it.each([
    ["a list", "[]", ""],
    ["no version", "info: {}", "/openapi"],
    ["a version that reads as a number", "openapi: 3.1", "/openapi"],
    ["another version", 'openapi: "4.0.0"', "/openapi"],
    ["Swagger 1", 'swagger: "1.2"', "/swagger"],
    ["no info", 'openapi: "3.1.0"', "/info"],
    ["no title", 'openapi: "3.1.0"\ninfo: { version: "1" }', "/info/title"],
    ["paths that are a list", `${head}paths: []`, "/paths"],
  ])("%s", (_name, text, pointer) => {
    expect(refusal(text).findings.map((finding) => finding.pointer)).toContain(pointer);
  });

  it("names line and column of what does not parse", () => {
    expect(refusal(`${head}paths: {\n  a: b: c`).detail).toMatch(/line \d+, column \d+/i);
    expect(refusal('{\n "openapi": }', "application/json").detail).toMatch(
      /Line 2, column 13: here must stand a value\./,
    );
    expect(refusal('{"a": [1, 2}', "application/json").detail).toMatch(
      /Line 1, column 12: here must stand a comma or \]/,
    );
    expect(refusal('{"a": 1,}', "application/json").detail).toMatch(
      /column 9: here must stand a field in double quotes/,
    );
    expect(refusal('{"a": 1} x', "application/json").detail).toMatch(/column 10: here must stand the end/);
    expect(refusal("a: 1\na: 2").detail).toMatch(/Line 2, column 1: .*unique/);
  });

  it("refuses a second document and an empty text", () => {
    expect(refusal("a: 1\n---\nb: 1").detail).toMatch(/more than one YAML document/);
    expect(refusal(`a: ${"[".repeat(20_000)}`).detail).toMatch(/Line 1, column \d+: It is nested more than 100 levels/);
    expect(refusal("").findings[0]?.message).toMatch(/Begin it with the field openapi/);
  });

  it("refuses alias bombs", () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
${"bcdefghi".replaceAll(/./g, (letter) => {
  const before = String.fromCharCode(letter.charCodeAt(0) - 1);
  return `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]\n`;
})}`;
    expect(refusal(bomb).detail).toMatch(/alias/i);
    const wide = `a: &a "${"x".repeat(1_000_000)}"\nb: [${Array.from({ length: 90 }, () => "*a").join(",")}]`;
    expect(refusal(wide).detail).toMatch(/alias/i);
  });

  it("says to import by the command line what is too large to be parsed in a Worker", () => {
    expect(refusal(`# ${"x".repeat(2 * 1024 * 1024)}`).detail).toMatch(/2 MiB of YAML.*command line/);
    expect(refusal(`a: [${"x,".repeat(200_000)}]`).detail).toMatch(/300,000 parts.*command line/);
    expect(refusal(" ".repeat(16 * 1024 * 1024 + 1), "application/json").detail).toMatch(/16 MiB of JSON/);
  });
});
