import { Validator, type SpecData } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { exportDocument } from "../../src/protocols/rest/export-document.ts";
import { raiseDocument } from "../../src/protocols/rest/lower-document.ts";
import type { JsonObject } from "../../src/protocols/rest/pointer.ts";
import { laterDocument } from "../support/later-document.ts";

async function faultsOf(
  document: unknown,
): Promise<{ readonly version: string | undefined; readonly result: unknown }> {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as SpecData);
  return { version: validator.version, result };
}

describe("a document of OpenAPI 3.2", () => {
  it("is valid by the JSON Schema of its version, and given out as 3.1 by that of 3.1", async () => {
    const document = laterDocument();
    expect(await faultsOf(document)).toEqual({ version: "3.2", result: { valid: true } });
    const exported: unknown = JSON.parse(exportDocument(JSON.stringify(document), "application/json").text);
    expect(await faultsOf(exported)).toEqual({ version: "3.1", result: { valid: true } });
  });

  it("is valid 3.1 where a media type is referred to that has what only 3.2 says of one", async () => {
    const document = {
      openapi: "3.2.0",
      info: { title: "Books", version: "1" },
      paths: {
        "/a": { get: { responses: { "200": { content: { "a/b": { $ref: "#/components/mediaTypes/S" } } } } } },
      },
      components: {
        mediaTypes: { S: { itemSchema: { type: "string" }, itemEncoding: { contentType: "text/plain" } } },
        examples: { Null: { dataValue: null, serializedValue: "null" } },
      },
    };
    expect(await faultsOf(document)).toEqual({ version: "3.2", result: { valid: true } });
    const { text } = exportDocument(JSON.stringify(document), "application/json");
    const exported = JSON.parse(text) as JsonObject;
    expect(await faultsOf(exported)).toEqual({ version: "3.1", result: { valid: true } });
    expect(raiseDocument(exported)).toEqual(document);
  });
});
