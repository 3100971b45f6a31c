import { Problem } from "../../model/problem.ts";
import { parseDocument, workerBounds } from "./parse-document.ts";
import { isObject } from "./pointer.ts";
import { openApiVersion, upgradeDocument } from "./upgrade-document.ts";

/**
 * A document as OpenAPI 3.1. One that is 3.1 is given as it was written, to the byte; an older one is upgraded, as JSON; a newer
 * one is refused with `state-conflict`, because what it says may have no words in 3.1.
 */
export function exportDocument(text: string, mediaType: string): { readonly text: string; readonly mediaType: string } {
  const document = parseDocument(text, mediaType, workerBounds);
  const version = isObject(document) ? openApiVersion(document) : null;
  if (version === "3.2") {
    throw new Problem("state-conflict", {
      detail: "The document is OpenAPI 3.2, which 3.1 has no words for. Ask for it as it was imported.",
    });
  }
  if (version === "3.1" || !isObject(document)) return { text, mediaType };
  return { text: JSON.stringify(upgradeDocument(document)), mediaType: "application/json" };
}
