/** @module The file's JSON Schema (2020-12), for editors: with the configuration of every policy that the catalogue has. */
import * as z from "zod";
import { PolicyEntry } from "../../model/policy-entry.ts";
import { PolicySetReference, policySetType } from "../../model/policy-set.ts";
import { policies } from "../../policies/index.ts";
import { PlatformFile } from "../platform-file.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What may be written, not what is read from it: fields with a default are optional. */
export function platformFileJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(PlatformFile, {
    io: "input",
    reused: "ref",
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.$schema;
      if (zodSchema === PolicyEntry) describeConfigs(jsonSchema);
    },
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "gatehouse.yaml",
    description: "A whole Gatehouse workspace as one reviewable document.",
    ...schema,
  };
}

/** `type` chooses what `config` may hold; summaries show in the editor beside each type. */
function describeConfigs(entry: JsonSchema): void {
  const set = { type: policySetType, summary: "Stands for the policies of a set.", config: PolicySetReference };
  const definitions: readonly { readonly type: string; readonly summary: string; readonly config: z.ZodType }[] = [
    ...Object.values(policies),
    set,
  ];
  const type = { oneOf: definitions.map((one) => ({ const: one.type, description: one.summary })) };
  entry.properties = { ...entry.properties, type };
  entry.allOf = definitions.map((one) => {
    const { $schema, ...config } = z.toJSONSchema(one.config, { io: "input", unrepresentable: "any" });
    void $schema;
    const needed = Array.isArray(config.required) && config.required.length > 0;
    return {
      if: { properties: { type: { const: one.type } }, required: ["type"] },
      // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
      then: { properties: { config }, ...(needed ? { required: ["config"] } : {}) },
    };
  });
}
