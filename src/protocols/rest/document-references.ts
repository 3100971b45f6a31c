/** @module References of a document that lead nowhere: outside it (never fetched), or to a place that does not exist. */
import type { Finding } from "../../model/problem.ts";
import { isObject, localReference, lookUp, type JsonObject } from "./pointer.ts";
import { visitReferences } from "./visit-references.ts";

/** The field of the root under which other files stand in a bundle, and what it is called where that is taken. */
export const filesField = /^x-files(?:-\d+)?$/;
/** `paths` has path items below it; `$ref` of one is left to the operations, which cannot be read without it. */
const pathItem = /^\/paths\/(?:[^/]+\/)?\$ref$/;

/** One warning per place. */
export function findReferenceFaults(document: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const known = new Map<string, string | null>();
  const warn = (pointer: string, message: string): void =>
    void findings.push({ pointer, message, severity: "warning" });
  visitReferences(document, {
    readsExtension: (field, pointer) => pointer === "" && filesField.test(field),
    tooDeep: (pointer) => warn(pointer, "It is nested more than 200 levels deep, so its references are not checked."),
    visit(place) {
      const { reference, kind } = place;
      if (kind === "mapping" && isName(reference)) return;
      let fault = known.get(reference);
      if (fault === undefined) known.set(reference, (fault = faultOf(document, reference)));
      if (fault === null) return;
      const at = place.pointer();
      if (!pathItem.test(at)) warn(at, fault);
    },
  });
  return findings;
}

/** What is the name of a schema in a discriminator's mapping, and no address. */
export function isName(reference: string): boolean {
  return /^[\w.-]+$/.test(reference) && !/\.(?:json|ya?ml)$/i.test(reference);
}

function faultOf(document: JsonObject, written: string): string | null {
  const reference = localReference(document, written);
  if (!reference.startsWith("#")) {
    return `“${written}” lies outside the document and is never fetched. Bundle it into components.`;
  }
  // Plain-name fragments (`#Book`) are anchors of JSON Schema: found by whoever reads schemas.
  if (reference !== "#" && !reference.startsWith("#/")) return null;
  return lookUp(document, reference) === undefined
    ? `“${written}” leads to nothing. Add what it names, or mend the reference.`
    : null;
}

/** Why a path item cannot be read that refers to another, in the words of its finding. */
export function brokenPathItem(document: JsonObject, broken: string): string {
  const reference = localReference(document, broken);
  if (!reference.startsWith("#")) return `“${broken}” lies outside the document and is never fetched`;
  const leads = lookUp(document, reference);
  return isObject(leads) ? `“${broken}” leads in a circle` : `“${broken}” leads to nothing`;
}
