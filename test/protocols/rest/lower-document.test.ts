/** OpenAPI 3.2 in the words of 3.1, and back: valid 3.1, and nothing lost. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocument } from "../../../src/protocols/rest/document.ts";
import { exportDocument } from "../../../src/protocols/rest/export-document.ts";
import { laterField, lowerDocument, raiseDocument } from "../../../src/protocols/rest/lower-document.ts";
import { laterDocument as whole } from "../../support/later-document.ts";
import { lookUp, type JsonObject } from "../../../src/protocols/rest/pointer.ts";

/** What an import makes of what was given out. */
const again = (lowered: JsonObject): JsonObject => raiseDocument(JSON.parse(JSON.stringify(lowered)) as JsonObject);

/** Names of 3.2 that stand anywhere but in the extension. */
function laterWords(value: unknown, field = ""): string[] {
  if (typeof value !== "object" || value === null || field === laterField) return [];
  const words = ["$self", "itemSchema", "query", "additionalOperations", "dataValue", "mediaTypes", "defaultMapping"];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(words.includes(name) && field !== "x-note" ? [name] : []),
    ...laterWords(inner, name),
  ]);
}

describe("a document of OpenAPI 3.2", () => {
  it("has no word of 3.2 outside of extensions once it is 3.1, and says the same to whoever reads 3.1", () => {
    const lowered = lowerDocument(whole());
    expect(laterWords(lowered)).toEqual([]);
    expect(lowered).toMatchObject({
      openapi: "3.1.1",
      [laterField]: { openapi: "3.2.0", $self: "https://books.example/openapi.json" },
      paths: {
        "/books": {
          parameters: [],
          get: {
            parameters: [{ name: "sid", in: "cookie" }],
            responses: {
              "200": {
                description: "",
                content: { "application/json": { schema: { type: "array" } } },
              },
            },
          },
        },
      },
      components: { parameters: { Page: {} }, examples: { One: { value: { isbn: "1" } } } },
    });
  });

  it("comes back whole", () => {
    expect(raiseDocument(lowerDocument(whole()))).toEqual(whole());
    // And is not changed by being given out.
    const document = whole();
    lowerDocument(document);
    expect(document).toEqual(whole());
  });

  it("has the same operations when what was given out is imported again", () => {
    const text = JSON.stringify(whole());
    const exported = exportDocument(text, "application/json");
    const [before, after] = [text, exported.text].map((one) => readDocument(one, "application/json"));
    expect(before?.operations.map(({ id }) => id)).toEqual(["listBooks", "queryBooks", "copyBooks"]);
    expect(after?.operations).toEqual(before?.operations);
    expect(after?.findings).toEqual(before?.findings);
    // As 3.1 it is given out as it is.
    expect(exportDocument(exported.text, "application/json")).toEqual(exported);
  });

  it("writes out a media type that is referred to, but for what only 3.2 says of one", () => {
    const $ref = "#/components/mediaTypes/Lines";
    const content = {
      "a/b": { $ref, description: "Counts for nothing." },
      "c/d": { $ref: "#/components/mediaTypes/Gone" },
    };
    const encoding = { part: { contentType: "a/b", encoding: {} } };
    const document = {
      ...whole(),
      paths: { "/a": { get: { responses: { "200": { description: "", content } } } } },
      components: { mediaTypes: { Lines: { itemSchema: {}, itemEncoding: {}, schema: {}, example: null, encoding } } },
    };
    const lowered = lowerDocument(document);
    expect(lookUp(lowered, "#/paths/~1a/get/responses/200/content")).toEqual({
      "a/b": {
        schema: {},
        example: null,
        encoding: { part: { contentType: "a/b", [laterField]: { encoding: {} } } },
        [laterField]: {
          ...content["a/b"],
          $ref: undefined,
          "$ref-3.2": $ref,
          schema: null,
          example: null,
          encoding: null,
        },
      },
      "c/d": { [laterField]: { "$ref-3.2": content["c/d"].$ref } },
    });
    expect(again(lowered)).toEqual(document);
  });

  it("has in its schemas names of properties that elsewhere are keywords", () => {
    const xml = { nodeType: "text" };
    const discriminator = { propertyName: "kind", defaultMapping: "Book" };
    const names = { default: { xml }, example: { discriminator }, xml, discriminator, [laterField]: { xml } };
    const Book = { properties: names, patternProperties: names, $defs: names, dependentSchemas: names, default: names };
    const document = { ...whole(), components: { schemas: { Book } } };
    const lowered = lowerDocument(document);
    const inNames = {
      default: { xml: { [laterField]: xml } },
      example: { discriminator: { propertyName: "kind", [laterField]: { defaultMapping: "Book" } } },
      xml,
      discriminator,
      [laterField]: { xml: { [laterField]: xml } },
    };
    const [properties, patternProperties, $defs, dependentSchemas] = [inNames, inNames, inNames, inNames];
    expect(lookUp(lowered, "#/components/schemas/Book")).toEqual({
      properties,
      patternProperties,
      $defs,
      dependentSchemas,
      default: names,
    });
    expect(again(lowered)).toEqual(document);
  });

  it("tells null from what is left out", () => {
    const examples = {
      Null: { dataValue: null, serializedValue: "null" },
      Both: { dataValue: null, value: null },
      Some: { dataValue: 1 },
    };
    const document = { ...whole(), components: { examples } };
    const lowered = lowerDocument(document);
    expect(lookUp(lowered, "#/components/examples/Null/value")).toBeNull();
    expect(again(lowered)).toEqual(document);
    // As it was given out before nulls were listed.
    const before = { value: 1, [laterField]: { dataValue: 1, value: null } };
    expect(again({ ...lowered, components: { examples: { before } } })).toMatchObject({
      components: { examples: { before: { dataValue: 1 } } },
    });
  });

  it("keeps an extension of the same name, and what is data in one place where YAML has it in two", () => {
    const found = { summary: "All", [laterField]: { summary: null } };
    const responses = { "200": found };
    const document = {
      ...whole(),
      paths: { "/a": { get: { responses } } },
      components: { examples: { Found: { value: found } } },
    };
    const lowered = lowerDocument(document);
    expect(lookUp(lowered, "#/components/examples/Found/value")).toEqual(found);
    expect(again(lowered)).toEqual(document);
  });

  it("refers to itself from within, as 3.1 has no address of its own", () => {
    const $ref = "https://books.example/openapi.json#/components/schemas/Book";
    const document = {
      ...whole(),
      paths: {
        "/a": {
          get: {
            operationId: "a",
            responses: { "200": { description: "", content: { "text/plain": { schema: { $ref } } } } },
          },
        },
      },
    };
    const exported = exportDocument(JSON.stringify(document), "application/json").text;
    expect(exported).toContain('"$ref":"#/components/schemas/Book"');
    expect(readDocument(exported, "application/json").findings).toEqual([]);
  });

  it("is refused, and breaks nothing, where it is nested without end", () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level += 1) deep = { items: deep };
    const endless = { ...whole(), components: { schemas: { deep } } };
    expect(() => lowerDocument(endless)).toThrow(expect.objectContaining({ code: "document-invalid" }));
    const given = { ...endless, openapi: "3.1.1", [laterField]: { openapi: "3.2.0" } };
    expect(() => raiseDocument(given)).toThrow(expect.objectContaining({ code: "document-invalid" }));
  });

  it("is refused, with the place, where something refers to what 3.1 has no place for", () => {
    const document = {
      ...whole(),
      paths: {
        "/a": {
          query: { operationId: "q", responses: { "200": { description: "Found." } } },
          get: { responses: { "200": { $ref: "#/paths/~1a/query/responses/200" } } },
        },
      },
    };
    expect(() => exportDocument(JSON.stringify(document), "application/json")).toThrow(
      expect.objectContaining({
        code: "state-conflict",
        members: { findings: [expect.objectContaining({ pointer: "/paths/~1a/get/responses/200/$ref" })] },
      }),
    );
  });

  it("comes back whole whatever of it there is", () => {
    const pick = <Value>(value: Value) => fc.option(fc.constant(value), { nil: undefined });
    const media = fc.record(
      {
        schema: pick({ type: "string" }),
        itemSchema: pick({ xml: { nodeType: "text" } }),
        example: pick({ itemSchema: 1 }),
      },
      { requiredKeys: [] },
    );
    const parameter = fc.record({
      name: fc.constantFrom("a", "b"),
      in: fc.constantFrom("query", "cookie", "querystring"),
      style: fc.constantFrom("form", "cookie"),
    });
    const operation = fc.record(
      {
        parameters: fc.array(parameter, { maxLength: 3 }),
        responses: fc.dictionary(
          fc.constantFrom("200", "default", "x-kept"),
          fc.record(
            {
              summary: fc.constant("All"),
              description: fc.constant("d"),
              content: fc.dictionary(fc.constantFrom("a/b", "c/d"), media),
            },
            { requiredKeys: [] },
          ),
          { noNullPrototype: true },
        ),
      },
      { requiredKeys: [] },
    );
    const item = fc.record(
      {
        get: operation,
        query: operation,
        parameters: fc.array(parameter, { maxLength: 2 }),
        additionalOperations: fc.record({ COPY: operation }),
        servers: fc.array(fc.record({ url: fc.constant("/"), name: fc.constant("n") }), { maxLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("/a", "/b", "x-c"), item, { noNullPrototype: true }), (paths) => {
        const document = JSON.parse(JSON.stringify({ ...whole(), paths })) as JsonObject;
        const lowered = lowerDocument(document);
        expect(again(lowered)).toEqual(document);
      }),
    );
  });
});
