/**
 * @module Older documents in the words of OpenAPI 3.1: Swagger 2.0 and OpenAPI 3.0. What was imported stays as it is; this is made
 * of it when something has to be read or given out. Nothing is fetched, and references stay references: circles as well.
 */
import { upgrade } from "@scalar/openapi-upgrader";
import { Problem } from "../../model/problem.ts";
import { placeSwaggerFiles } from "./place-swagger-files.ts";
import { isObject, type JsonObject } from "./pointer.ts";

/** `2.0`, `3.0`, `3.1` or `3.2`; null for what is none of them. */
export function openApiVersion({ swagger, openapi }: JsonObject): "2.0" | "3.0" | "3.1" | "3.2" | null {
  if (swagger === "2.0" || swagger === 2) return "2.0";
  const version = typeof openapi === "string" ? /^3\.[012](?=\.\d)/.exec(openapi)?.[0] : undefined;
  return (version as "3.0" | "3.1" | "3.2" | undefined) ?? null;
}

/** The document as OpenAPI 3.1, or as it is if it is that or newer. May change what it is given. Throws `document-invalid`. */
export function upgradeDocument(document: JsonObject): JsonObject {
  const version = openApiVersion(document);
  if (version === "3.1" || version === "3.2") return document;
  const whole = version === "2.0" ? { ...placeSwaggerFiles(document), swagger: "2.0" } : document;
  try {
    const upgraded: unknown = upgrade(whole, "3.1");
    if (isObject(upgraded)) return upgraded;
  } catch (thrown) {
    throw unreadable(thrown);
  }
  throw unreadable(null);
}

function unreadable(cause: unknown): Problem {
  const message =
    "The document cannot be brought to OpenAPI 3.1: parts of it are not of the form that its version asks for.";
  return new Problem("document-invalid", {
    detail: `${message} Check it with a validator of its version. Nothing was imported.`,
    members: { findings: [{ pointer: "", message, severity: "error" }] },
    cause,
  });
}
