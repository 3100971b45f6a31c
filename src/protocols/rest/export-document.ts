import { Problem, type Finding } from "../../model/problem.ts";
import { findReferenceFaults } from "./document-references.ts";
import { lowerDocument } from "./lower-document.ts";
import { parseDocument, workerBounds } from "./parse-document.ts";
import { isObject, localReference, type JsonObject } from "./pointer.ts";
import { openApiVersion, upgradeDocument } from "./upgrade-document.ts";
import { visitReferences } from "./visit-references.ts";

/**
 * A document as OpenAPI 3.1. One that is 3.1 is given as it was written, to the byte; an older one is upgraded, as JSON; of a newer
 * one, what 3.1 has no words for is kept in extensions (lower-document.ts), from which an import takes it again. Throws
 * `state-conflict`, with the places, where other parts refer to what would lie in an extension then.
 */
export function exportDocument(text: string, mediaType: string): { readonly text: string; readonly mediaType: string } {
  const document = parseDocument(text, mediaType, workerBounds);
  const version = isObject(document) ? openApiVersion(document) : null;
  if (version === "3.1" || !isObject(document)) return { text, mediaType };
  const exported = version === "3.2" ? lowered(document) : upgradeDocument(document);
  return { text: JSON.stringify(exported), mediaType: "application/json" };
}

function lowered(document: JsonObject): JsonObject {
  const known = new Set(findReferenceFaults(document).map(({ pointer }) => pointer));
  const exported = withLocalReferences(lowerDocument(document), document);
  const lost = findReferenceFaults(exported).filter(({ pointer }) => !known.has(pointer));
  if (lost.length > 0) throw unspeakable(lost);
  return exported;
}

/** 3.1 has no `$self`: what is referred to by the document's own address is so from within. */
function withLocalReferences(exported: JsonObject, document: JsonObject): JsonObject {
  if (document["$self"] === undefined) return exported;
  const copy = structuredClone(exported);
  visitReferences(copy, {
    readsExtension: () => false,
    tooDeep: () => undefined,
    visit: (place) => {
      const local = localReference(document, place.reference);
      if (local !== place.reference) place.replace(local);
    },
  });
  return copy;
}

function unspeakable(findings: readonly Finding[]): Problem {
  const places = findings.map(({ pointer }) => pointer);
  return new Problem("state-conflict", {
    detail: `The document is OpenAPI 3.2, and refers at ${places[0] ?? ""} to what 3.1 has no words for. Ask for it as it was imported, or write out what it refers to.`,
    members: {
      findings: places.map((pointer) => ({
        pointer,
        message: "It refers to something that OpenAPI 3.1 has no place for.",
        severity: "error" as const,
      })),
    },
  });
}
