/**
 * @module What the objects of an OpenAPI document are, by where they stand and by what refers to them, and what OpenAPI 3.1 cannot
 * say of each (OpenAPI 3.2.0, appendix A and its objects).
 *
 * A role is the name of an object of OpenAPI. `server[]` is a list of such, `schema{}` a map of such by names that the author
 * chose, `#schema` a reference to one.
 */
import { isObject, resolve, type JsonObject } from "./pointer.ts";

/** The extension in which 3.1 keeps what it has no words for. */
export const laterField = "x-openapi-3.2";

export type Fields = Record<string, unknown>;

/** Stands among what is kept for a field that 3.1 asks for, or is given, and that the author had left out. */
export const leftOut: unique symbol = Symbol("left out");

interface Kind {
  /** The roles of what its fields hold. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The role of what all other fields hold, but for extensions. */
  readonly others?: string;
  /** Fields that 3.1 does not have. */
  readonly later?: readonly string[];
  /** What is to be said of its values; moves into `later` what 3.1 cannot say. Comes before the fields of `later` are moved. */
  readonly adapt?: (object: Fields, later: Fields, root: JsonObject) => void;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const dialect = "https://spec.openapis.org/oas/3.2/dialect/";
const laterOfMediaType = ["itemSchema", "prefixEncoding", "itemEncoding"];

const kinds: Readonly<Record<string, Kind>> = {
  document: {
    later: ["$self"],
    fields: { servers: "server[]", tags: "tag[]", paths: "paths", webhooks: "pathItem{}", components: "components" },
    adapt: (object, later) => {
      later["openapi"] = object["openapi"];
      object["openapi"] = "3.1.1";
      if (String(object["jsonSchemaDialect"]).startsWith(dialect)) move(object, later, "jsonSchemaDialect");
    },
  },
  components: {
    later: ["mediaTypes"],
    fields: {
      responses: "response{}",
      parameters: "parameter{}",
      requestBodies: "requestBody{}",
      headers: "header{}",
      examples: "example{}",
      links: "link{}",
      securitySchemes: "securityScheme{}",
      pathItems: "pathItem{}",
      schemas: "schema{}",
      callbacks: "callback{}",
    },
    adapt: (object, later, root) => {
      const { parameters } = object;
      if (!isObject(parameters) || !Object.values(parameters).some((one) => isWholeQuery(one, root))) return;
      later["parameters"] = parameters;
      object["parameters"] = Object.fromEntries(
        Object.entries(parameters).filter(([, parameter]) => !isWholeQuery(parameter, root)),
      );
    },
  },
  server: { later: ["name"] },
  tag: { later: ["summary", "parent", "kind"] },
  paths: { others: "pathItem" },
  callback: { others: "pathItem" },
  pathItem: {
    later: ["query", "additionalOperations"],
    fields: {
      parameters: "parameter[]",
      servers: "server[]",
      ...Object.fromEntries(methods.map((method) => [method, "operation"])),
    },
    adapt: dropWholeQueries,
  },
  operation: {
    fields: {
      parameters: "parameter[]",
      servers: "server[]",
      requestBody: "requestBody",
      responses: "responses",
      callbacks: "callback{}",
    },
    adapt: dropWholeQueries,
  },
  responses: { others: "response" },
  parameter: {
    fields: { content: "mediaType{}", examples: "example{}", schema: "schema" },
    adapt: (object, later) => {
      if (object["style"] === "cookie") move(object, later, "style");
    },
  },
  header: { fields: { content: "mediaType{}", examples: "example{}", schema: "schema" } },
  requestBody: { fields: { content: "mediaType{}" } },
  response: {
    later: ["summary"],
    fields: { headers: "header{}", content: "mediaType{}", links: "link{}" },
    adapt: (object, later) => {
      if (object["description"] !== undefined || object["$ref"] !== undefined) return;
      later["description"] = leftOut;
      object["description"] = "";
    },
  },
  mediaType: {
    later: laterOfMediaType,
    fields: { encoding: "encoding{}", examples: "example{}", schema: "schema" },
    adapt: writeOutMediaType,
  },
  encoding: { later: ["encoding", "prefixEncoding", "itemEncoding"], fields: { headers: "header{}" } },
  example: {
    later: ["dataValue", "serializedValue"],
    adapt: (object, later) => {
      const { dataValue, value, externalValue } = object;
      if (dataValue === undefined || value !== undefined || externalValue !== undefined) return;
      later["value"] = leftOut;
      object["value"] = dataValue;
    },
  },
  link: { fields: { server: "server", operationRef: "#operation" } },
  securityScheme: { later: ["oauth2MetadataUrl", "deprecated"], fields: { flows: "flows" } },
  flows: { later: ["deviceAuthorization"] },
  discriminator: { later: ["defaultMapping"], fields: { mapping: "#schema{}" } },
  xml: { later: ["nodeType"] },
};

/** Changes the object to what 3.1 can say of it in that role, and moves the rest. Schemas are another matter in their parts only. */
export function moveLater(role: string, object: Fields, later: Fields, root: JsonObject): void {
  const kind = kinds[role];
  kind?.adapt?.(object, later, root);
  for (const field of kind?.later ?? []) move(object, later, field);
}

/** Whether it is no object of OpenAPI, but a list or map of such. */
export const holdsMany = (role: string): boolean => role.endsWith("{}") || role.endsWith("[]");

/** The role of what a field holds, in an object of that role; null if it is none of OpenAPI. */
export function roleWithin(role: string, field: string): string | null {
  if (role.endsWith("{}")) return role.slice(0, -2);
  if (role === "schema") return roleInSchema(field);
  const { fields = {}, others = null } = kinds[role] ?? {};
  if (Object.hasOwn(fields, field)) return fields[field] ?? null;
  return field.startsWith("x-") ? null : others;
}

/** Keywords of JSON Schema whose content is data. */
const dataKeywords = new Set(["enum", "const", "default", "example", "examples"]);
/** Keywords below which the author chose the names: there, `default` is one like any other. */
const namingKeywords = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

function roleInSchema(field: string): string | null {
  if (dataKeywords.has(field) || field.startsWith("x-")) return null;
  if (namingKeywords.has(field)) return "schema{}";
  return field === "discriminator" || field === "xml" ? field : "schema";
}

function move(object: Fields, later: Fields, field: string): void {
  if (object[field] === undefined) return;
  later[field] = object[field];
  delete object[field];
}

/** 3.1 knows no references to media types: what it names stands there as well, but for what 3.1 cannot say of it. */
function writeOutMediaType(object: Fields, later: Fields, root: JsonObject): void {
  if (typeof object["$ref"] !== "string") return;
  const found = resolve(root, { ...object });
  // Whatever stands beside a reference counts for nothing in 3.2, and would count in 3.1.
  for (const field of Object.keys(object)) move(object, later, field);
  if (!("value" in found) || !isObject(found.value)) return;
  // A copy: it is changed by itself here, and perhaps not at all where it was taken from.
  for (const [field, value] of Object.entries(structuredClone(found.value))) {
    if (laterOfMediaType.includes(field)) continue;
    object[field] = value;
    if (!Object.hasOwn(later, field)) later[field] = leftOut;
  }
}

/** A parameter that is the whole query string, or the name of one. */
function isWholeQuery(parameter: unknown, root: JsonObject): boolean {
  const found = resolve(root, parameter);
  return "value" in found && isObject(found.value) && found.value["in"] === "querystring";
}

/** Keeps the list as it was, and leaves out what 3.1 does not know. */
function dropWholeQueries(object: Fields, later: Fields, root: JsonObject): void {
  const { parameters } = object;
  if (!Array.isArray(parameters) || !parameters.some((one) => isWholeQuery(one, root))) return;
  later["parameters"] = parameters;
  object["parameters"] = parameters.filter((one) => !isWholeQuery(one, root));
}
