/** @module The operations of an OpenAPI document: what the gateway can route, and a finding for all that it cannot. */
import type { Finding } from "../../model/problem.ts";
import { isOperationId, type Operation } from "../../model/revision.ts";
import { brokenPathItem } from "./document-references.ts";
import { makeOperationId, readDocumentPath, type DocumentPath } from "./document-path.ts";
import { readPathItem } from "./path-item.ts";
import { append, isObject, resolve, type JsonObject } from "./pointer.ts";

/** Fields of a path item that are methods; `query` since OpenAPI 3.2. */
const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "query"]);
/** What the runtime passes on besides: methods of WebDAV and its kin. */
const furtherMethods = new Set(
  "ACL CHECKOUT COPY LOCK MERGE MKACTIVITY MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REPORT SEARCH SUBSCRIBE UNLOCK UNSUBSCRIBE".split(
    " ",
  ),
);
const pathItemFields = new Set(["$ref", "summary", "description", "servers", "parameters"]);

interface Candidate {
  readonly operation: Operation;
  readonly pointer: string;
  /** False where the id was made up: it then gives way to one that the author wrote. */
  readonly named: boolean;
}

interface Reading {
  readonly document: JsonObject;
  readonly candidates: Candidate[];
  readonly findings: Finding[];
  /** `method shape` → path, to find paths that no router can tell apart. */
  readonly shapes: Map<string, string>;
}

export function readOperations(document: JsonObject): { operations: Operation[]; findings: Finding[] } {
  const reading: Reading = { document, candidates: [], findings: [], shapes: new Map() };
  const resolved = resolve(document, document.paths);
  const paths = "value" in resolved && isObject(resolved.value) ? resolved.value : {};
  if ("broken" in resolved)
    note(reading, "error", "/paths/$ref", `${brokenPathItem(document, resolved.broken)}. Write the paths here.`);
  for (const [path, item] of Object.entries(paths)) {
    if (!path.startsWith("x-")) readPath(reading, path, item);
  }
  noteWebhooks(reading);
  if (reading.candidates.length === 0 && reading.findings.length === 0) {
    note(reading, "warning", "/paths", "The document describes no operation. Add paths, then import it again.");
  }
  const operations = giveUniqueIds(reading);
  return { operations, findings: reading.findings };
}

function readPath(reading: Reading, path: string, written: unknown): void {
  const pointer = append("/paths", path);
  const template = readDocumentPath(path);
  if (typeof template === "string") return note(reading, "error", pointer, template);
  const item = readPathItem(reading.document, written, pointer, reading.findings);
  if (item === null) return;
  noteServers(reading, append(pointer, "servers"), item.servers);
  for (const [field, operation] of Object.entries(item)) {
    const place = { path, template, pointer, method: field, item, operation };
    if (methods.has(field)) readOperation(reading, place);
    else if (field === "additionalOperations") readAdditional(reading, place);
    else if (!pathItemFields.has(field) && !field.startsWith("x-")) noteUnknownMethod(reading, pointer, field);
  }
}

/** Calls that the API makes to consumers: described for them, and nothing that a gateway serves. */
function noteWebhooks({ document, findings }: Reading): void {
  const count = isObject(document.webhooks) ? Object.keys(document.webhooks).length : 0;
  if (count === 0) return;
  const what = count === 1 ? "One webhook is" : `${count} webhooks are`;
  const message = `${what} kept in the document, but not routed: a gateway serves the calls of consumers.`;
  findings.push({ pointer: "/webhooks", message, severity: "warning" });
}

/** OpenAPI 3.2: operations of methods that have no field of their own, by the method as it is sent. */
function readAdditional(reading: Reading, place: Place): void {
  const pointer = append(place.pointer, place.method);
  if (!isObject(place.operation))
    return note(reading, "error", pointer, "It is not an object. Write methods below it.");
  for (const [method, operation] of Object.entries(place.operation)) {
    if (furtherMethods.has(method)) readOperation(reading, { ...place, pointer, method, operation });
    else if (methods.has(method.toLowerCase())) {
      note(reading, "error", append(pointer, method), `Write “${method.toLowerCase()}” in the path item itself.`);
    } else
      note(reading, "error", append(pointer, method), `${method} is never passed through a gateway. It is left out.`);
  }
}

interface Place {
  readonly path: string;
  readonly template: DocumentPath;
  readonly pointer: string;
  readonly method: string;
  readonly item: JsonObject;
  readonly operation: unknown;
}

function readOperation(reading: Reading, place: Place): void {
  const { path, template, method, operation } = place;
  const pointer = append(place.pointer, method);
  if (!isObject(operation)) return note(reading, "error", pointer, "The operation is not an object. Describe it.");
  const shape = `${method.toUpperCase()} ${template.shape}`;
  const twin = reading.shapes.get(shape);
  if (twin !== undefined) {
    const message = `“${path}” and “${twin}” match the same requests. Keep one of them: this one is left out.`;
    return note(reading, "error", pointer, message);
  }
  reading.shapes.set(shape, path);
  const written = operation.operationId;
  const named = typeof written === "string" && written.length <= 190 && isOperationId(written);
  const id = named ? written : makeOperationId(method, path);
  if (!named) {
    const fault =
      written === undefined
        ? "has no operationId"
        : "has an operationId that cannot be used: no text of 1 to 190 characters, or one with another meaning";
    note(reading, "warning", pointer, `The operation ${fault}. It is called “${id}” here; name it to keep its name.`);
  }
  checkParameters(reading, place, pointer);
  noteServers(reading, append(pointer, "servers"), operation.servers);
  reading.candidates.push({
    pointer,
    named,
    operation: {
      id,
      method: method.toUpperCase(),
      path,
      summary: typeof operation.summary === "string" ? operation.summary : "",
      tags: Array.isArray(operation.tags) ? operation.tags.filter((tag) => typeof tag === "string") : [],
      deprecated: operation.deprecated === true,
    },
  });
}

/** Servers of single paths or operations: a version has one upstream. */
function noteServers(reading: Reading, pointer: string, servers: unknown): void {
  if (!Array.isArray(servers) || servers.length === 0) return;
  const message = "Calls go to the upstream of the version, not to servers of their own. Serve these by another API.";
  note(reading, "warning", pointer, message);
}

/** Path parameters and template must name the same things; the template decides. */
function checkParameters(reading: Reading, place: Place, pointer: string): void {
  const described = new Set<string>();
  const lists = [
    { at: append(place.pointer, "parameters"), list: place.item.parameters },
    { at: append(pointer, "parameters"), list: isObject(place.operation) ? place.operation.parameters : undefined },
  ];
  for (const { at, list } of lists) {
    if (!Array.isArray(list)) continue;
    for (const [index, written] of list.entries()) {
      const resolved = resolve(reading.document, written);
      const parameter = "value" in resolved ? resolved.value : undefined;
      if (!isObject(parameter) || parameter.in !== "path" || typeof parameter.name !== "string") continue;
      described.add(parameter.name);
      if (!place.template.parameters.includes(parameter.name)) {
        const message = `The path has no {${parameter.name}}. Add it to “${place.path}”, or leave the parameter out.`;
        note(reading, "warning", append(at, index), message);
      }
    }
  }
  for (const name of place.template.parameters) {
    if (!described.has(name))
      note(reading, "warning", pointer, `The path parameter {${name}} is not described. Add it.`);
  }
}

function noteUnknownMethod(reading: Reading, pointer: string, field: string): void {
  const lower = field.toLowerCase();
  const at = append(pointer, field);
  if (lower === "trace" || lower === "connect") {
    return note(reading, "error", at, `${lower.toUpperCase()} is never passed through a gateway. It is left out.`);
  }
  const hint = methods.has(lower) ? `Write “${lower}”.` : `Use one of ${[...methods].join(", ")}.`;
  note(reading, "error", at, `“${field}” is not a method. ${hint}`);
}

/** Ids as they are written come first; a later one of the same name, or a made-up one, gets a number. */
function giveUniqueIds(reading: Reading): Operation[] {
  const taken = new Set<string>();
  const ids = new Map<Candidate, string>();
  const inOrder = [...reading.candidates.filter((one) => one.named), ...reading.candidates.filter((one) => !one.named)];
  const written = new Set(inOrder.map((one) => one.operation.id));
  for (const candidate of inOrder) {
    const { id } = candidate.operation;
    let free = id;
    for (let number = 2; taken.has(free) || (free !== id && written.has(free)); number += 1) free = `${id}-${number}`;
    taken.add(free);
    ids.set(candidate, free);
    if (free !== id && candidate.named) {
      const message = `Another operation is called “${id}” too. This one is called “${free}” here; give it its own name.`;
      note(reading, "warning", append(candidate.pointer, "operationId"), message);
    }
  }
  return reading.candidates.map((one) => ({ ...one.operation, id: ids.get(one) ?? one.operation.id }));
}

function note(reading: Reading, severity: Finding["severity"], pointer: string, message: string): void {
  reading.findings.push({ pointer, message, severity });
}
