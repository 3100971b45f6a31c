/** @module References of a document that lead nowhere: outside it (never fetched), or to a place that does not exist. */
import type { Finding } from "../../model/problem.ts";
import { append, lookUp, type JsonObject } from "./pointer.ts";

/** Fields whose content is data, not description: a `$ref` in them means nothing. */
const dataFields = new Set(["example", "examples", "default", "enum", "const"]);
const depthMax = 200;

/** One warning per place. `$ref` of a path item is left to the operations, which cannot be read without it. */
export function findReferenceFaults(document: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const known = new Map<string, string | null>();
  const seen = new Set<object>();
  const trail: (string | number)[] = [];

  function visit(value: unknown, named: boolean): void {
    if (typeof value !== "object" || value === null || seen.has(value) || trail.length > depthMax) return;
    seen.add(value);
    if (Array.isArray(value)) {
      value.forEach((item, index) => step(index, item, false));
      return;
    }
    for (const [field, inner] of Object.entries(value)) {
      if (field === "$ref" && typeof inner === "string" && !named) note(inner);
      else if (named || !(dataFields.has(field) || field.startsWith("x-"))) step(field, inner, isMap(field, named));
    }
  }
  function step(token: string | number, value: unknown, named: boolean): void {
    trail.push(token);
    visit(value, named);
    trail.pop();
  }
  function note(reference: string): void {
    let fault = known.get(reference);
    if (fault === undefined) known.set(reference, (fault = faultOf(document, reference)));
    if (fault === null || (trail.length === 2 && trail[0] === "paths")) return;
    findings.push({ pointer: append(trail.reduce(append, ""), "$ref"), message: fault, severity: "warning" });
  }

  visit(document, false);
  return findings;
}

/** Whether the fields of the object under `field` are names that the author chose, such as properties of a schema. */
function isMap(field: string, named: boolean): boolean {
  return !named && (field === "properties" || field === "patternProperties" || field === "$defs");
}

function faultOf(document: JsonObject, reference: string): string | null {
  if (!reference.startsWith("#")) {
    return `“${reference}” lies outside the document and is never fetched. Bundle it into components.`;
  }
  // Plain-name fragments (`#Book`) are anchors of JSON Schema: found by whoever reads schemas.
  if (reference !== "#" && !reference.startsWith("#/")) return null;
  return lookUp(document, reference) === undefined
    ? `“${reference}” leads to nothing. Add what it names, or mend the reference.`
    : null;
}
