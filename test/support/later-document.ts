import type { JsonObject } from "../../src/protocols/rest/pointer.ts";

/** A document with everything that 3.2 added. */
export const laterDocument = (): JsonObject => ({
  openapi: "3.2.0",
  $self: "https://books.example/openapi.json",
  jsonSchemaDialect: "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
  info: { title: "Books", version: "1" },
  servers: [{ url: "https://books.example", name: "prod" }],
  tags: [
    { name: "books", summary: "Books", kind: "nav" },
    { name: "old", parent: "books" },
  ],
  paths: {
    "x-note": { query: "no operation" },
    "/books": {
      parameters: [{ name: "whole", in: "querystring", content: { "application/json": { schema: {} } } }],
      get: {
        operationId: "listBooks",
        tags: ["books"],
        parameters: [
          { $ref: "#/components/parameters/Filter" },
          { name: "sid", in: "cookie", style: "cookie", schema: { type: "string" } },
        ],
        responses: {
          "200": {
            summary: "All",
            content: {
              "application/jsonl": { itemSchema: { $ref: "#/components/schemas/Book" } },
              "application/json": { $ref: "#/components/mediaTypes/Books" },
            },
          },
        },
      },
      query: { operationId: "queryBooks", responses: { "200": { description: "Found." } } },
      additionalOperations: { COPY: { operationId: "copyBooks", responses: { "200": { description: "Copied." } } } },
    },
  },
  components: {
    mediaTypes: { Books: { schema: { type: "array", items: { $ref: "#/components/schemas/Book" } } } },
    parameters: {
      Filter: { name: "filter", in: "querystring", content: { "text/plain": { schema: { type: "string" } } } },
      Page: { name: "page", in: "query", schema: { type: "integer" } },
    },
    examples: { One: { dataValue: { isbn: "1" }, serializedValue: '{"isbn":"1"}' } },
    securitySchemes: {
      login: {
        type: "oauth2",
        deprecated: true,
        oauth2MetadataUrl: "https://login.example/.well-known/oauth-authorization-server",
        flows: {
          deviceAuthorization: {
            deviceAuthorizationUrl: "https://login.example/device",
            tokenUrl: "https://login.example/token",
            scopes: {},
          },
        },
      },
    },
    schemas: {
      Book: {
        type: "object",
        discriminator: { propertyName: "kind", defaultMapping: "Book", mapping: { book: "#/components/schemas/Book" } },
        xml: { nodeType: "element", name: "book" },
        properties: { kind: { type: "string" }, xml: { type: "string" }, nodeType: { const: { nodeType: "kept" } } },
      },
    },
  },
});
