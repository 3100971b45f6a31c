/** Several files of OpenAPI 3.2 in the words of 3.1, and back: what is in a file is what something refers to it as. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/model/problem.ts";
import { bundleFiles } from "../../../src/protocols/rest/bundle-files.ts";
import { readDocument } from "../../../src/protocols/rest/document.ts";
import { exportDocument } from "../../../src/protocols/rest/export-document.ts";
import { laterField, lowerDocument, raiseDocument } from "../../../src/protocols/rest/lower-document.ts";
import { lookUp, type JsonObject } from "../../../src/protocols/rest/pointer.ts";

const begin = { openapi: "3.2.0", info: { title: "Books", version: "1" } };
const copyOf = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

function bundleOf(files: Readonly<Record<string, unknown>>): JsonObject {
  const texts = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, JSON.stringify(file)]));
  return JSON.parse(bundleFiles(texts, "openapi.json").text) as JsonObject;
}

const files = {
  "openapi.json": {
    ...begin,
    paths: { "/a": { $ref: "parts.json#/p" }, "/b": { get: { callbacks: { on: { $ref: "parts.json#/callback" } } } } },
    components: { responses: { Found: { $ref: "parts.json#/found" } } },
  },
  "parts.json": {
    p: {
      get: {
        operationId: "a",
        parameters: [{ $ref: "#/whole" }, { $ref: "#/sid" }],
        responses: { "200": { $ref: "#/found" }, "201": { summary: "Made" } },
      },
      query: { operationId: "q", responses: { "200": { description: "Found." } } },
    },
    whole: { name: "whole", in: "querystring", content: { "text/plain": {} } },
    sid: { name: "sid", in: "cookie", style: "cookie", schema: { $ref: "book.json" } },
    found: {
      content: {
        "a/b": { $ref: "#/lines" },
        "c/d": { itemSchema: {}, examples: { none: { $ref: "#/none" } } },
      },
      links: { next: { operationRef: "#/p/get", server: { url: "/", name: "n" } } },
    },
    lines: { itemSchema: { $ref: "book.json" }, schema: { $ref: "book.json#/$defs/lines" } },
    none: { dataValue: null },
    callback: { "{$request.body#/url}": { additionalOperations: { COPY: { responses: {} } } } },
    unused: { query: { responses: {} } },
  },
  "book.json": {
    discriminator: { propertyName: "kind", defaultMapping: "x", mapping: { x: "novel.json" } },
    properties: { default: { xml: { nodeType: "text" } } },
    default: { xml: { nodeType: "data" } },
    $defs: { lines: { type: "array", xml: { nodeType: "element" } } },
  },
  "novel.json": { xml: { nodeType: "cdata" } },
};

describe("a bundle of OpenAPI 3.2", () => {
  it("is given out with each of its parts in the words of 3.1", () => {
    const exported = JSON.parse(exportDocument(JSON.stringify(bundleOf(files)), "application/json").text) as JsonObject;
    const [parts, book] = [lookUp(exported, "#/x-files/parts.json"), lookUp(exported, "#/x-files/book.json")];
    expect(parts).toEqual({
      p: {
        get: {
          operationId: "a",
          parameters: [{ $ref: "#/x-files/parts.json/sid" }],
          responses: {
            "200": { $ref: "#/x-files/parts.json/found" },
            "201": { description: "", [laterField]: { summary: "Made", description: null } },
          },
          [laterField]: {
            parameters: [{ "$ref-3.2": "#/x-files/parts.json/whole" }, { "$ref-3.2": "#/x-files/parts.json/sid" }],
          },
        },
        [laterField]: { query: files["parts.json"].p.query },
      },
      // Nothing in 3.1 refers to these two.
      whole: files["parts.json"].whole,
      unused: files["parts.json"].unused,
      sid: { name: "sid", in: "cookie", schema: { $ref: "#/x-files/book.json" }, [laterField]: { style: "cookie" } },
      found: {
        description: "",
        content: {
          "a/b": {
            schema: { $ref: "#/x-files/book.json/$defs/lines" },
            [laterField]: { "$ref-3.2": "#/x-files/parts.json/lines", schema: null },
          },
          "c/d": { examples: { none: { $ref: "#/x-files/parts.json/none" } }, [laterField]: { itemSchema: {} } },
        },
        links: {
          next: { operationRef: "#/x-files/parts.json/p/get", server: { url: "/", [laterField]: { name: "n" } } },
        },
        [laterField]: { description: null },
      },
      lines: {
        schema: { $ref: "#/x-files/book.json/$defs/lines" },
        [laterField]: { itemSchema: { "$ref-3.2": "#/x-files/book.json" } },
      },
      none: { value: null, [laterField]: { dataValue: null, value: null, "null-3.2": ["dataValue"] } },
      callback: { "{$request.body#/url}": { [laterField]: { additionalOperations: { COPY: { responses: {} } } } } },
    });
    expect(book).toEqual({
      discriminator: {
        propertyName: "kind",
        mapping: { x: "#/x-files/novel.json" },
        [laterField]: { defaultMapping: "x" },
      },
      properties: { default: { xml: { [laterField]: { nodeType: "text" } } } },
      default: { xml: { nodeType: "data" } },
      $defs: { lines: { type: "array", xml: { [laterField]: { nodeType: "element" } } } },
    });
    expect(lookUp(exported, "#/x-files/novel.json/xml")).toEqual({ [laterField]: { nodeType: "cdata" } });
  });

  it("comes back whole, with the same operations", () => {
    const document = bundleOf(files);
    const text = JSON.stringify(document);
    const exported = exportDocument(text, "application/json");
    expect(raiseDocument(JSON.parse(exported.text) as JsonObject)).toEqual(document);
    const [before, after] = [text, exported.text].map((one) => readDocument(one, "application/json"));
    expect(before?.operations.map(({ id }) => id)).toContain("q");
    expect(after).toEqual(before);
  });

  it("comes back whole where it calls itself by its address", () => {
    const $self = "https://books.example/openapi.json";
    const document = {
      ...begin,
      $self,
      paths: { "/a": { $ref: "#/x-files/a.json/p" } },
      "x-files": {
        "a.json": { p: { get: { responses: { "200": { $ref: `${$self}#/x-files/a.json/found` } } } }, found: {} },
      },
    };
    const lowered = lowerDocument(document);
    expect(lookUp(lowered, "#/x-files/a.json/found")).toMatchObject({ description: "" });
    expect(raiseDocument(copyOf(lowered))).toEqual(document);
  });

  it("comes back whole whatever refers to whatever, or is not given out", () => {
    const words = (
      "get query responses 200 content x/y schema itemSchema xml discriminator mapping parameters headers encoding e default " +
      `properties in ${laterField} summary nodeType description dataValue value examples null-3.2`
    ).split(" ");
    const inner = "a/content/x~1y b/schema c/get/responses/200 a/encoding/e b/parameters".split(" ");
    const referTo = (places: readonly string[]) =>
      fc.record({ $ref: fc.constantFrom(...places.map((place) => `#/x-files/f/${place}`)) });
    const odd = fc.record({ $ref: fc.constantFrom("#", "#/paths", "#/components/mediaTypes/M") });
    const reference = fc.oneof(referTo(["a", "b", "c"]), referTo(inner), odd);
    const data = fc.constantFrom<unknown>("text", null, {}, { nodeType: "text" });
    const { node } = fc.letrec<{ node: unknown; object: unknown }>((tie) => ({
      node: fc.oneof({ depthSize: "small", withCrossShrink: true }, data, reference, tie("object")),
      object: fc.dictionary(fc.constantFrom(...words), tie("node"), { noNullPrototype: true, maxKeys: 6 }),
    }));
    const paths = fc.dictionary(fc.constantFrom("/a", "/b"), referTo(["a", "b", "c"]), { noNullPrototype: true });
    const components = fc.record({
      mediaTypes: fc.record({ M: node }),
      responses: fc.record({ R: reference, S: node }),
      schemas: fc.record({ S: node, T: reference }),
      headers: fc.record({ H: node }),
    });
    const files = fc.record({ f: fc.record({ a: node, b: node, c: node }) });
    fc.assert(
      fc.property(fc.record({ paths, components, "x-files": files }), (rest) => {
        const document = copyOf({ ...begin, ...rest });
        const exported = exportOf(document);
        if (exported !== null) expect(raiseDocument(exported)).toEqual(document);
      }),
      { numRuns: 300 },
    );
  });
});

/** Null where it is refused, since something refers to what 3.1 has no place for. */
function exportOf(document: JsonObject): JsonObject | null {
  try {
    return JSON.parse(exportDocument(JSON.stringify(document), "application/json").text) as JsonObject;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "state-conflict") return null;
    throw thrown;
  }
}
