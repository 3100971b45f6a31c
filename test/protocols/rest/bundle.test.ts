/** Several files as one document, and older documents in newer words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeFindings } from "../../../src/protocols/rest/bound-findings.ts";
import { bundleFiles } from "../../../src/protocols/rest/bundle-files.ts";
import { readDocument } from "../../../src/protocols/rest/document.ts";
import { exportDocument } from "../../../src/protocols/rest/export-document.ts";
import { lookUp, type JsonObject } from "../../../src/protocols/rest/pointer.ts";

const json = (value: unknown): string => JSON.stringify(value);
const root = {
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  paths: {
    "/books": { $ref: "./paths/books.json" },
    "/self": { get: { operationId: "self", responses: { "200": { $ref: "paths/books.json#/get/responses/200" } } } },
  },
};
const files = {
  "openapi.json": json(root),
  "paths/books.json": json({
    get: {
      operationId: "listBooks",
      responses: {
        "200": {
          description: "All.",
          content: { "application/json": { schema: { $ref: "../schemas/book.yaml#/Book" } } },
        },
      },
    },
    parameters: [{ $ref: "../openapi.json#/components/parameters/None" }],
  }),
  "schemas/book.yaml": `
Book:
  type: object
  properties:
    author: { $ref: "author.yaml" }
    next: { $ref: "#/Book" }
    example: { $ref: "#/Book" }
  example: { $ref: "is data" }
`,
  "schemas/author.yaml": `
type: object
properties:
  books: { type: array, items: { $ref: "book.yaml#/Book" } }
`,
};

/** Every reference outside of data that leads to nothing. */
function dangling(document: JsonObject): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [field, inner] of Object.entries(value)) {
      if (field === "$ref" && typeof inner === "string") {
        if (inner.startsWith("#/") && lookUp(document, inner) === undefined) found.push(inner);
      } else if (
        field !== "example" ||
        typeof (inner as { $ref?: unknown }).$ref !== "string" ||
        (inner as { $ref: string }).$ref.startsWith("#")
      )
        visit(inner);
    }
  };
  visit(document);
  return found;
}

describe("a bundle", () => {
  it("is one document whose references all hold, circles included", () => {
    const { text, findings, root: begin } = bundleFiles(files);
    const document = JSON.parse(text) as JsonObject;
    expect([begin, findings]).toEqual(["openapi.json", []]);
    expect(dangling(document)).toEqual(["#/components/parameters/None"]);
    expect(Object.keys(document["x-files"] as object)).toEqual([
      "paths/books.json",
      "schemas/author.yaml",
      "schemas/book.yaml",
    ]);
    expect(lookUp(document, "#/x-files/schemas~1book.yaml/Book/properties/next")).toEqual({
      $ref: "#/x-files/schemas~1book.yaml/Book",
    });
    expect(lookUp(document, "#/x-files/schemas~1book.yaml/Book/example")).toEqual({ $ref: "is data" });
    const { operations } = readDocument(text, "application/json");
    expect(operations.map(({ id }) => id)).toEqual(["listBooks", "self"]);
  });

  it("fetches nothing: what is elsewhere, missing or above is found, with its place", () => {
    const paths = {
      "/a": { $ref: "https://evil.example/a.json" },
      "/b": { $ref: "missing.json" },
      "/c": { $ref: "../../etc/passwd" },
      "/d": { $ref: "//evil.example/d.json" },
    };
    const { findings } = bundleFiles({ "openapi.json": json({ ...root, paths }) });
    expect(findings.map(({ pointer, message }) => `${pointer} ${message.slice(0, 40)}`)).toEqual([
      "/paths/~1a/$ref “https://evil.example/a.json” lies on an",
      "/paths/~1b/$ref “missing.json” is not among the files. A",
      "/paths/~1c/$ref “../../etc/passwd” leads out of the file",
      "/paths/~1d/$ref “//evil.example/d.json” lies on another ",
    ]);
  });

  it("names what nothing refers to, a root that is not there, and a file that cannot be parsed", () => {
    expect(bundleFiles({ ...files, "stray.yaml": "a: 1" }).findings).toMatchObject([
      { message: expect.stringContaining("stray.yaml") },
    ]);
    expect(() => bundleFiles(files, "other.json")).toThrow(/other\.json is not among the files/);
    expect(() => bundleFiles({ "a.yaml": "a: 1" })).toThrow(/field openapi or swagger/);
    expect(() => bundleFiles({ ...files, "schemas/author.yaml": "a: [" })).toThrow(/schemas\/author\.yaml: /);
  });

  it("lists no more findings than one document does, and each place once", () => {
    const paths = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`/${index}`, { $ref: `${index}.json` }]),
    );
    const { text, findings } = bundleFiles({ "openapi.json": json({ ...root, paths }) });
    const merged = mergeFindings(findings, readDocument(text, "application/json").findings);
    expect(merged).toHaveLength(500);
    expect(merged[0]?.message).toMatch(/Add it, then import again/);
    expect(merged.at(-1)?.message).toMatch(/more findings are not listed/);
  });

  it("holds no more YAML in many files than in one", () => {
    const part = `a: "${"x".repeat(600 * 1024)}"\n`;
    const all = { ...files, "1.yaml": part, "2.yaml": part, "3.yaml": part, "4.yml": part };
    expect(() => bundleFiles(all)).toThrow(/more than the 2 MiB of YAML/);
    const { "4.yml": _last, ...fewer } = all;
    expect(bundleFiles(fewer).root).toBe("openapi.json");
  });

  it("keeps everything that the files say, whatever they are called", () => {
    const name = fc.stringMatching(/^[a-z]{1,4}(\/[a-z~ %]{1,4})?\.json$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const all = Object.fromEntries(
          names.map((one, index) => [
            one,
            json({
              title: one,
              next: { $ref: `/${encodeURI(names[(index + 1) % names.length] ?? "").replaceAll("%25", "%25")}` },
            }),
          ]),
        );
        const begin = {
          ...root,
          paths: {},
          components: { schemas: { first: { $ref: `/${encodeURI(names[0] ?? "")}` } } },
        };
        const { text, findings } = bundleFiles({ ...all, "0.json": json(begin) }, "0.json");
        const document = JSON.parse(text) as JsonObject;
        expect([findings, dangling(document)]).toEqual([[], []]);
        expect(
          Object.values(document["x-files"] as Record<string, { title: string }>)
            .map(({ title }) => title)
            .sort(),
        ).toEqual(names.toSorted());
      }),
    );
  });
});

const swagger = {
  swagger: "2.0",
  info: { title: "Pets", version: "1" },
  host: "pets.example",
  basePath: "/v1",
  schemes: ["https"],
  consumes: ["application/json"],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        tags: ["pets"],
        responses: { "200": { description: "All.", schema: { $ref: "#/definitions/Pet" } } },
      },
      post: {
        operationId: "addPet",
        parameters: [{ in: "body", name: "pet", schema: { $ref: "#/definitions/Pet" } }],
        responses: {},
      },
    },
    "/pets/{id}": {
      delete: {
        operationId: "removePet",
        parameters: [{ in: "path", name: "id", required: true, type: "string" }],
        responses: {},
      },
    },
  },
  definitions: { Pet: { type: "object", properties: { parent: { $ref: "#/definitions/Pet" } } } },
};

describe("Swagger 2.0", () => {
  it("is read with all of its operations", () => {
    const { title, operations, servers, findings } = readDocument(json(swagger), "application/json");
    expect([title, servers, findings]).toEqual(["Pets", ["https://pets.example/v1"], []]);
    expect(operations.map(({ id, method, path }) => `${id} ${method} ${path}`)).toEqual([
      "listPets GET /pets",
      "addPet POST /pets",
      "removePet DELETE /pets/{id}",
    ]);
  });

  it("comes out as OpenAPI 3.1, references and circles whole", () => {
    const exported = exportDocument(json(swagger), "application/json");
    const document = JSON.parse(exported.text) as JsonObject;
    expect(document["openapi"]).toMatch(/^3\.1\./);
    expect(dangling(document)).toEqual([]);
    expect(lookUp(document, "#/components/schemas/Pet/properties/parent")).toEqual({
      $ref: "#/components/schemas/Pet",
    });
    const again = readDocument(exported.text, exported.mediaType);
    expect(again.operations).toEqual(readDocument(json(swagger), "application/json").operations);
  });

  it("is told what is wrong at the places that it has itself", () => {
    const definitions = { Pet: { $ref: "#/definitions/Gone" } };
    const { findings } = readDocument(json({ ...swagger, definitions }), "application/json");
    expect(findings).toMatchObject([{ pointer: "/definitions/Pet/$ref", severity: "warning" }]);
  });

  it("in several files comes out as one document of 3.1, with all parts in its words", () => {
    const paths = {
      "/pets": { $ref: "pets.json" },
      "/pets/{id}": {
        get: {
          operationId: "getPet",
          parameters: [{ $ref: "parts.json#/id" }],
          responses: { default: { $ref: "parts.json#/found" } },
        },
      },
    };
    const { text, findings } = bundleFiles({
      "swagger.json": json({ ...swagger, paths }),
      "pets.json": json({
        post: {
          operationId: "addPet",
          parameters: [{ in: "body", name: "pet", schema: { $ref: "pet.json" } }],
          responses: { 200: { $ref: "parts.json#/found" } },
        },
      }),
      "parts.json": json({
        id: { in: "path", name: "id", required: true, type: "string" },
        found: { description: "One.", schema: { $ref: "pet.json" } },
      }),
      "pet.json": json({ type: "object", properties: { parent: { $ref: "pet.json" }, photo: { type: "file" } } }),
    });
    const exported = exportDocument(text, "application/json");
    const document = JSON.parse(exported.text) as JsonObject;
    expect([findings, dangling(document), exported.text.includes("x-files")]).toEqual([[], [], false]);
    expect(lookUp(document, "#/components/schemas/pet/properties")).toEqual({
      parent: { $ref: "#/components/schemas/pet" },
      // What 3.1 says for a file.
      photo: { contentMediaType: "application/octet-stream" },
    });
    expect(lookUp(document, "#/components/parameters/id")).toMatchObject({ in: "path", schema: { type: "string" } });
    expect(lookUp(document, "#/components/responses/found/content/application~1json/schema")).toEqual({
      $ref: "#/components/schemas/pet",
    });
    expect(lookUp(document, "#/paths/~1pets/post/requestBody/content/application~1json/schema")).toEqual({
      $ref: "#/components/schemas/pet",
    });
    const { operations } = readDocument(exported.text, exported.mediaType);
    expect(operations).toEqual(readDocument(text, "application/json").operations);
    expect(operations.map(({ id }) => id)).toEqual(["addPet", "getPet"]);
  });

  it("is not written out without end where its files overlap", () => {
    let nest: object = { type: "string" };
    for (let level = 0; level < 150; level += 1) nest = { properties: { a: nest } };
    const definitions = Object.fromEntries(
      Array.from({ length: 150 }, (_, level) => [`L${level}`, { $ref: `nest.json#${"/properties/a".repeat(level)}` }]),
    );
    const { text } = bundleFiles({ "swagger.json": json({ ...swagger, definitions }), "nest.json": json(nest) });
    expect(() => exportDocument(text, "application/json")).toThrow(/too often to be written out/);
  });

  it("of another version is refused with the way out", () => {
    expect(() => readDocument('{"swagger":"1.2"}', "application/json")).toThrow(
      /Use Swagger "2.0", or OpenAPI 3.0 to 3.2/,
    );
  });
});

describe("an export", () => {
  it("gives 3.1 back to the byte, and 3.0 in the words of 3.1", () => {
    const yaml = "openapi: 3.1.0\ninfo: { title: A, version: '1' }\npaths: {} # as it was\n";
    expect(exportDocument(yaml, "application/yaml")).toEqual({ text: yaml, mediaType: "application/yaml" });
    const old = {
      ...root,
      openapi: "3.0.3",
      paths: {},
      components: { schemas: { Name: { type: "string", nullable: true } } },
    };
    const { text } = exportDocument(json(old), "application/json");
    expect(JSON.parse(text)).toMatchObject({
      openapi: expect.stringMatching(/^3\.1/),
      components: { schemas: { Name: { type: ["string", "null"] } } },
    });
  });
});

describe("a document that is given out and taken in again", () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const schema = fc.letrec<{ node: object }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.record({ type: fc.constantFrom("string", "integer", "boolean"), description: fc.string() }),
      fc.record({ $ref: fc.constant("#/components/schemas/A") }),
      fc.record({ type: fc.constant("object"), properties: fc.dictionary(word, tie("node"), { maxKeys: 3 }) }),
      fc.record({ type: fc.constant("array"), items: tie("node") }),
    ),
  })).node;
  const method = fc.constantFrom("get", "put", "post", "delete", "options", "head", "patch");
  const described = fc.record({
    info: fc.constant({ title: "Any", version: "1" }),
    paths: fc.dictionary(
      fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `/${words.join("/")}`),
      fc.dictionary(
        method,
        fc.record({
          operationId: word,
          summary: fc.string(),
          tags: fc.array(word, { maxLength: 2 }),
          responses: fc.constant({ default: { description: "Any." } }),
          "x-own": fc.jsonValue(),
        }),
      ),
      { maxKeys: 5 },
    ),
    components: fc.record({ schemas: fc.record({ A: schema, B: schema }) }),
  });

  it("is the same to the byte if it is 3.1, and the same once it is, if it was older", () => {
    fc.assert(
      fc.property(described, fc.constantFrom("3.0.3", "3.1.0"), (document, openapi) => {
        const text = json({ openapi, ...document });
        const first = exportDocument(text, "application/json");
        if (openapi === "3.1.0") expect(first.text).toBe(text);
        expect(exportDocument(first.text, first.mediaType)).toEqual(first);
        const [before, after] = [text, first.text].map((one) => readDocument(one, "application/json"));
        expect(after?.operations).toEqual(before?.operations);
        expect(after?.findings).toEqual(before?.findings);
        const { openapi: _, ...kept } = JSON.parse(first.text) as JsonObject;
        expect(kept).toEqual(JSON.parse(json(document)));
      }),
    );
  });
});

describe("OpenAPI 3.2", () => {
  const responses = {};
  const document = {
    openapi: "3.2.0",
    $self: "https://books.example/openapi.json",
    info: { title: "Books", version: "1" },
    tags: [{ name: "books", kind: "nav" }],
    paths: {
      "/books": {
        query: { operationId: "queryBooks", responses },
        additionalOperations: {
          COPY: { operationId: "copyBooks", responses },
          LINK: { responses },
          POST: { responses },
        },
      },
    },
  };

  it("is read with its new methods, and a word about those that no gateway passes", () => {
    const { operations, findings } = readDocument(json(document), "application/json");
    expect(operations.map(({ id, method }) => `${id} ${method}`)).toEqual(["queryBooks QUERY", "copyBooks COPY"]);
    expect(findings.map(({ pointer, severity }) => `${severity} ${pointer}`)).toEqual([
      "error /paths/~1books/additionalOperations/LINK",
      "error /paths/~1books/additionalOperations/POST",
    ]);
  });
});

describe("references between files", () => {
  const book = { "openapi.json": "", "part.json": json({ description: "A part." }) };
  const inPart = { $ref: "#/x-files/part.json" };
  const bundled = (description: object): JsonObject => {
    const { text, findings } = bundleFiles({ ...book, "openapi.json": json({ ...root, paths: {}, ...description }) });
    expect(findings).toEqual([]);
    return JSON.parse(text) as JsonObject;
  };

  it.each([
    ["of the default response", "/paths/~1a/get/responses/default"],
    ["of an example by name", "/components/examples/Part"],
    ["of a schema that is called as a field of data", "/components/schemas/default"],
    ["of a property that is called so", "/components/schemas/A/properties/enum"],
    ["of a header that is called as an extension", "/components/headers/x-part"],
    ["in an extension", "/x-more/part"],
  ])("%s are followed", (_name, pointer) => {
    const description = pointer
      .slice(1)
      .split("/")
      .reduceRight<unknown>((inner, token) => ({ [token.replaceAll("~1", "/")]: inner }), { $ref: "part.json" });
    expect(lookUp(bundled(description as object), `#${pointer}`)).toEqual(inPart);
  });

  it("that a discriminator or a link makes without $ref are followed, and names of schemas stay names", () => {
    const document = bundled({
      components: {
        schemas: { A: { discriminator: { propertyName: "kind", mapping: { part: "part.json", a: "A" } } } },
        links: { Part: { operationRef: "part.json#/get" } },
      },
    });
    expect(lookUp(document, "#/components/schemas/A/discriminator/mapping")).toEqual({
      part: "#/x-files/part.json",
      a: "A",
    });
    expect(lookUp(document, "#/components/links/Part/operationRef")).toBe("#/x-files/part.json/get");
  });

  it("in data mean nothing", () => {
    const data = { $ref: "nowhere.json" };
    const schema = { default: data, example: data, examples: [data], enum: [data], const: data };
    const components = { schemas: { A: schema, B: { $ref: "part.json" } }, examples: { One: { value: data } } };
    expect(lookUp(bundled({ components }), "#/components/schemas/A")).toEqual(schema);
  });

  it("by the address that $self gives the root lead to it and to the files beside it", () => {
    const $self = "https://books.example/api/openapi";
    const document = bundled({
      openapi: "3.2.0",
      $self,
      components: { schemas: { A: { $ref: `${$self}#/info` }, B: { $ref: "https://books.example/api/part.json" } } },
    });
    expect(lookUp(document, `${$self}#/info/title`)).toBe("Books");
    expect(lookUp(document, "#/components/schemas/B")).toEqual(inPart);
    const { findings } = readDocument(json(document), "application/json");
    expect(findings.map(({ pointer }) => pointer)).toEqual(["/paths"]);
  });

  it("leave a bundle that is bundled again as it was", () => {
    const first = bundled({ components: { schemas: { A: { $ref: "part.json" } } } });
    const again = bundled({ ...first, components: { schemas: { A: inPart, B: { $ref: "part.json" } } } });
    expect(again["x-files"]).toEqual(first["x-files"]);
    expect(lookUp(again, "#/components/schemas/B")).toEqual({ $ref: "#/x-files-2/part.json" });
  });

  it("deeper than anyone writes are found, not followed in silence", () => {
    let deep: object = { $ref: "part.json" };
    for (let level = 0; level < 300; level += 1) deep = { items: deep };
    const { findings } = bundleFiles({ ...book, "openapi.json": json({ ...root, paths: {}, deep }) });
    expect(findings[0]?.message).toMatch(/more than 200 levels/);
  });
});
