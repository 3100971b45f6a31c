/**
 * @module OpenAPI 3.2 in the words of 3.1, and back. What 3.1 has no words for (OpenAPI 3.2.0, appendix A and its objects) is kept
 * whole in an extension of the object in which it stood; reading such a document puts it back. So nothing is lost on the way.
 *
 * ```yaml
 * paths:
 *   /books:
 *     get: …
 *     x-openapi-3.2: { query: … }      # OpenAPI 3.2: a method of its own
 * ```
 *
 * References in an extension are called `$ref-3.2`. `null` in it stands for a field that 3.1 asks for and the author had left out.
 */
import { Problem, type Finding } from "../../model/problem.ts";
import { isObject, resolve, type JsonObject } from "./pointer.ts";

export const laterField = "x-openapi-3.2";

type Fields = Record<string, unknown>;

/** Where objects of OpenAPI stand in one of a kind: as itself, in a list, or in a map by names that the author chose. */
interface Kind {
  readonly one?: Readonly<Record<string, string>>;
  readonly list?: Readonly<Record<string, string>>;
  readonly map?: Readonly<Record<string, string>>;
  /** Maps of maps, such as callbacks by name and then by expression. */
  readonly maps?: Readonly<Record<string, string>>;
  /** Fields that 3.1 does not have. */
  readonly later?: readonly string[];
  /** What is to be said of its values; moves into `later` what 3.1 cannot say. */
  readonly adapt?: (object: Fields, later: Fields, root: JsonObject) => void;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const dialect = "https://spec.openapis.org/oas/3.2/dialect/";

const kinds: Readonly<Record<string, Kind>> = {
  document: {
    later: ["$self"],
    list: { servers: "server", tags: "tag" },
    map: { paths: "pathItem", webhooks: "pathItem" },
    one: { components: "components" },
    adapt: (object, later) => {
      move(object, later, "jsonSchemaDialect", ({ jsonSchemaDialect }) =>
        String(jsonSchemaDialect).startsWith(dialect),
      );
    },
  },
  components: {
    later: ["mediaTypes"],
    map: {
      responses: "response",
      parameters: "parameter",
      requestBodies: "requestBody",
      headers: "header",
      examples: "example",
      links: "link",
      securitySchemes: "securityScheme",
      pathItems: "pathItem",
      schemas: "schema",
    },
    maps: { callbacks: "pathItem" },
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
  pathItem: {
    later: ["query", "additionalOperations"],
    list: { parameters: "parameter", servers: "server" },
    one: Object.fromEntries(methods.map((method) => [method, "operation"])),
    adapt: dropWholeQueries,
  },
  operation: {
    list: { parameters: "parameter", servers: "server" },
    one: { requestBody: "requestBody" },
    map: { responses: "response" },
    maps: { callbacks: "pathItem" },
    adapt: dropWholeQueries,
  },
  parameter: {
    map: { content: "mediaType", examples: "example" },
    one: { schema: "schema" },
    adapt: (object, later) => move(object, later, "style", ({ style }) => style === "cookie"),
  },
  header: { map: { content: "mediaType", examples: "example" }, one: { schema: "schema" } },
  requestBody: { map: { content: "mediaType" } },
  response: {
    later: ["summary"],
    map: { headers: "header", content: "mediaType", links: "link" },
    adapt: (object, later) => {
      if (object["description"] !== undefined || object["$ref"] !== undefined) return;
      later["description"] = null;
      object["description"] = "";
    },
  },
  mediaType: {
    later: ["itemSchema", "prefixEncoding", "itemEncoding"],
    map: { encoding: "encoding", examples: "example" },
    one: { schema: "schema" },
    adapt: (object, later, root) => {
      if (object["$ref"] === undefined) return;
      // 3.1 knows no references to media types: what it names stands here as well.
      const found = resolve(root, { ...object });
      later["$ref"] = object["$ref"];
      delete object["$ref"];
      if (!("value" in found) || !isObject(found.value)) return;
      for (const [field, value] of Object.entries(found.value)) {
        object[field] ??= value;
        later[field] = null;
      }
    },
  },
  encoding: { later: ["encoding", "prefixEncoding", "itemEncoding"], map: { headers: "header" } },
  example: {
    later: ["dataValue", "serializedValue"],
    adapt: (object, later) => {
      if (later["dataValue"] === undefined || object["value"] !== undefined || object["externalValue"] !== undefined)
        return;
      later["value"] = null;
      object["value"] = later["dataValue"];
    },
  },
  link: { one: { server: "server" } },
  securityScheme: { later: ["oauth2MetadataUrl", "deprecated"], one: { flows: "flows" } },
  flows: { later: ["deviceAuthorization"] },
  schema: {},
  discriminator: { later: ["defaultMapping"] },
  xml: { later: ["nodeType"] },
};

/**
 * The document as OpenAPI 3.1. It is not changed, and shares with the answer whatever is the same in both. Throws
 * `document-invalid` if it is nested so deep that it cannot be walked.
 */
export function lowerDocument(document: JsonObject): JsonObject {
  return unlessTooDeep(() => lowered(document));
}

function lowered(document: JsonObject): JsonObject {
  const lower = (kind: Kind, object: JsonObject): JsonObject => {
    const changed: Fields = { ...object };
    const later: Fields = {};
    for (const field of kind.later ?? []) move(changed, later, field, () => true);
    kind.adapt?.(changed, later, document);
    if (Object.keys(later).length > 0) changed[laterField] = renamed(later, hideReference);
    return changed;
  };
  const whole = walk("document", document, lower) as Fields;
  const later = isObject(whole[laterField]) ? whole[laterField] : {};
  return { ...whole, openapi: "3.1.1", [laterField]: { openapi: document.openapi, ...later } };
}

/** The OpenAPI 3.2 document that was lowered to this one; any other as it is. Throws as `lowerDocument` does. */
export function raiseDocument(document: JsonObject): JsonObject {
  const kept = document[laterField];
  if (!isObject(kept) || typeof kept["openapi"] !== "string") return document;
  // From the outside to the inside: what was kept is whole, and is not looked into.
  const raise = (_kind: Kind, object: JsonObject): JsonObject => {
    const { [laterField]: later, ...rest } = object;
    if (!isObject(later)) return object;
    const raised: Fields = { ...rest };
    for (const [field, value] of Object.entries(renamed(later, showReference) as JsonObject)) {
      if (value === null) delete raised[field];
      else raised[field] = value;
    }
    return raised;
  };
  return unlessTooDeep(() => walk("document", document, raise) as JsonObject);
}

function unlessTooDeep<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const message = "The document is nested too deep to be brought to another version of OpenAPI. Write it flatter.";
    const findings: readonly Finding[] = [{ pointer: "", message, severity: "error" }];
    throw new Problem("document-invalid", { detail: message, members: { findings } });
  }
}

/** Tools follow references wherever they stand, and some of these lead to what only 3.2 has: so in an extension they are called otherwise. */
const hideReference = (field: string): string => (/^\$ref(?:-3\.2)*$/.test(field) ? `${field}-3.2` : field);
const showReference = (field: string): string => (/^\$ref(?:-3\.2)+$/.test(field) ? field.slice(0, -4) : field);

/** The value with other names for its fields, at any depth. */
function renamed(value: unknown, name: (field: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [name(field), renamed(inner, name)]));
}

/** Maps of these may hold extensions beside them; elsewhere such a key is a name like any other. */
const besideExtensions = new Set(["pathItem", "response"]);
const isExtension = (key: string, kind: string): boolean => key.startsWith("x-") && besideExtensions.has(kind);

/** Changes each object of OpenAPI, then those within it that it has by then. */
function walk(name: string, value: unknown, change: (kind: Kind, object: JsonObject) => JsonObject): unknown {
  if (!isObject(value)) return value;
  if (name === "schema") return walkSchema(value, change);
  const kind = kinds[name] ?? {};
  const changed: Fields = { ...change(kind, value) };
  const each = (map: unknown, inner: string): unknown =>
    isObject(map)
      ? Object.fromEntries(
          Object.entries(map).map(([key, one]) => [key, isExtension(key, inner) ? one : walk(inner, one, change)]),
        )
      : map;
  const within = (
    fields: Readonly<Record<string, string>> | undefined,
    make: (held: unknown, inner: string) => unknown,
  ) => {
    for (const [field, inner] of Object.entries(fields ?? {})) {
      if (changed[field] !== undefined) changed[field] = make(changed[field], inner);
    }
  };
  within(kind.one, (one, inner) => walk(inner, one, change));
  within(kind.list, (list, inner) => (Array.isArray(list) ? list.map((one) => walk(inner, one, change)) : list));
  within(kind.map, each);
  within(kind.maps, (maps) =>
    isObject(maps) ? Object.fromEntries(Object.entries(maps).map(([key, map]) => [key, each(map, "pathItem")])) : maps,
  );
  return changed;
}

/** Keywords of JSON Schema whose content is data. */
const dataKeywords = new Set(["enum", "const", "default", "example", "examples"]);

/** In schemas only the objects that OpenAPI adds to JSON Schema are another matter in 3.2. */
function walkSchema(value: unknown, change: (kind: Kind, object: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) return value.map((one) => walkSchema(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      if (dataKeywords.has(field)) return [field, inner];
      if (field === "discriminator" && isObject(inner) && typeof inner["propertyName"] === "string")
        return [field, change(kinds["discriminator"] ?? {}, inner)];
      if (field === "xml" && isObject(inner)) return [field, change(kinds["xml"] ?? {}, inner)];
      return [field, walkSchema(inner, change)];
    }),
  );
}

/** Moves a field, if it is there and what is said of it holds. */
function move(object: Fields, later: Fields, field: string, isLater: (object: Fields) => boolean): void {
  if (object[field] === undefined || !isLater(object)) return;
  later[field] = object[field];
  delete object[field];
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
