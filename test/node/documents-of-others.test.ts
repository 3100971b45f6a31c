/**
 * Descriptions that others wrote, of real products (test/documents) and of every odd corner (ReadMe's collection, MIT): none
 * crashes, and whatever a document says it can do is either taken or found.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bundleFiles } from "../../src/protocols/rest/bundle-files.ts";
import { readDocument } from "../../src/protocols/rest/document.ts";
import { exportDocument } from "../../src/protocols/rest/export-document.ts";
import { isObject, lookUp, resolve, type JsonObject } from "../../src/protocols/rest/pointer.ts";

const folder = path.join(import.meta.dirname, "..", "..", "node_modules", "@readme", "oas-examples");
const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

const documents = ["2.0", "3.0", "3.1"].flatMap((version) =>
  ["json", "yaml"].flatMap((kind) =>
    readdirSync(path.join(folder, version, kind), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({ name: `${version}/${kind}/${name}`, file: path.join(folder, version, kind, name), kind })),
  ),
);

const products = [
  { name: "GitHub, 3.0", file: "github.json.br", kind: "json", operations: 1_223 },
  { name: "Figma, 3.1", file: "figma.yaml.br", kind: "yaml", operations: 54 },
  { name: "Kubernetes, 2.0", file: "kubernetes.json.br", kind: "json", operations: 1_014 },
].map((one) => ({ ...one, file: path.join(import.meta.dirname, "..", "documents", one.file) }));

/** As it is written: an upgrade that loses something must not hide it. */
function written(text: string, kind: string): JsonObject {
  const value: unknown = kind === "json" ? JSON.parse(text) : parse(text);
  if (!isObject(value)) throw new Error("no object");
  return value;
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".br") ? brotliDecompressSync(bytes) : bytes).toString("utf8");
}

/** Method and path of everything that a document describes, path items behind references included. */
function described(document: JsonObject): string[] {
  const paths = isObject(document["paths"]) ? document["paths"] : {};
  return Object.entries(paths).flatMap(([template, written]) => {
    const item = resolve(document, written);
    if (!("value" in item) || !isObject(item.value)) return [];
    return Object.keys(item.value)
      .filter((field) => methods.has(field))
      .map((method) => `${method.toUpperCase()} ${template}`);
  });
}

/** References outside of examples that lead to nothing. */
function dangling(document: JsonObject): Set<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [field, inner] of Object.entries(value)) {
      if (field === "example" || field === "examples") continue;
      if (
        field === "$ref" &&
        typeof inner === "string" &&
        inner.startsWith("#/") &&
        lookUp(document, inner) === undefined
      )
        found.add(inner);
      else visit(inner);
    }
  };
  visit(document);
  return found;
}

/** Whether what stands there refers to itself, by however many others. */
function reaches(document: JsonObject, start: string): boolean {
  const met = new Set<string>();
  const open = [lookUp(document, start)];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    for (const [field, inner] of Object.entries(value) as [string, unknown][]) {
      if (field !== "$ref" || typeof inner !== "string") open.push(inner);
      else if (inner === start) return true;
      else if (!met.has(inner)) {
        met.add(inner);
        open.push(lookUp(document, inner));
      }
    }
  }
  return false;
}

it("is a collection worth the name", () => expect(documents.length).toBeGreaterThan(100));

it("are refused by the command line if they are nested without end, which a Worker writes and Node does not", () => {
  const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;
  const text = `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"x-deep":${deep}}`;
  expect(() => bundleFiles({ "openapi.json": text })).toThrow(/nested too deep/);
});

it.each(products)("$name says what it is known for", ({ file, kind, operations }) => {
  expect(described(written(textOf(file), kind))).toHaveLength(operations);
});

it.each(products.slice(1))("$name refers to itself in circles", ({ file, kind }) => {
  const { document } = readDocument(textOf(file), `application/${kind}`);
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemas = Object.keys(isObject(components["schemas"]) ? components["schemas"] : {});
  expect(schemas.some((name) => reaches(document, `#/components/schemas/${name}`))).toBe(true);
});

describe.each([...documents, ...products])("$name", ({ file, kind }) => {
  const text = textOf(file);
  const mediaType = `application/${kind}`;

  it("is read without a silent loss", () => {
    const { operations, findings } = readDocument(text, mediaType);
    const taken = new Set(operations.map(({ method, path: template }) => `${method} ${template}`));
    const lost = described(written(text, kind)).filter((one) => !taken.has(one));
    const errors = findings.filter(({ severity }) => severity === "error").map(({ pointer }) => pointer);
    for (const one of lost) {
      const [method = "", template = ""] = one.split(/ (.*)/s);
      const at = `/paths/${template.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      expect(
        errors.some((pointer) => pointer === at || pointer === `${at}/${method.toLowerCase()}`),
        one,
      ).toBe(true);
    }
  });

  it("comes out as OpenAPI 3.1 with the same operations, and every reference that held", () => {
    const before = readDocument(text, mediaType);
    const exported = exportDocument(text, mediaType);
    const after = readDocument(exported.text, exported.mediaType);
    expect(after.document["openapi"]).toMatch(/^3\.1\./);
    expect(after.operations).toEqual(before.operations);
    const broken = dangling(after.document);
    for (const reference of dangling(before.document)) broken.delete(reference);
    expect([...broken]).toEqual([]);
  });
});
