import { Validator, type SpecData } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { describeApi } from "../../src/admin/openapi.ts";
import { resourcesOf } from "../../src/admin/resources.ts";
import { sealer } from "../../src/model/seal.ts";

describe("the document of the management API", () => {
  it("is valid by the JSON Schema of OpenAPI 3.1, and every reference leads somewhere", async () => {
    const resources = resourcesOf({ explanations: sealer("a secret of the test alone, no more", "explanation") });
    const document = JSON.parse(JSON.stringify(describeApi(resources))) as SpecData;
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    for (const [, pointer = ""] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
      expect(resolve(document, pointer), pointer).toBeDefined();
    }
  });
});

function resolve(document: object, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}
