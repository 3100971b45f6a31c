/** @module In which forms bodies travel: media types, bounds, and what of the input a text becomes. */
import { Problem } from "../model/problem.ts";
import { parseJson } from "./parse-json.ts";

export interface BodyForm {
  /** Media types that are read, without parameters. */
  readonly mediaTypes: readonly string[];
  readonly bytesMax: number;
  /** The body is a text of its own kind, not the input's fields as JSON. */
  readonly isText: boolean;
  /** The fields of the input that several files give, sent as parts of multipart/form-data, each under its path. */
  readParts?(parts: Readonly<Record<string, string>>): Readonly<Record<string, unknown>>;
  /** The fields of the input that a body gives. May throw. */
  read(text: string, mediaType: string): Readonly<Record<string, unknown>>;
}

const mebibyte = 1024 * 1024;

/** A patch is merged as RFC 7396 says, so it may say so. */
const json = ["application/json", "application/merge-patch+json"] as const;

/** The input as a JSON object. */
export const jsonBody: BodyForm = { mediaTypes: json, bytesMax: 2 * mebibyte, isText: false, read: readFields };

/** The same for a whole workspace with the documents of its APIs. */
export const largeJsonBody: BodyForm = { mediaTypes: json, bytesMax: 20 * mebibyte, isText: false, read: readFields };

/** A description of an API, as it is: the input's `text` and `mediaType`. */
export const documentBody: BodyForm = {
  mediaTypes: [
    ...json,
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
    "application/openapi+json",
    "application/openapi+yaml",
    "application/vnd.oai.openapi",
    "application/vnd.oai.openapi+json",
  ],
  bytesMax: 16 * mebibyte,
  isText: true,
  read: (text, mediaType) => ({ text, mediaType }),
  readParts: ({ root, ...files }) => ({ files, ...(root === undefined ? {} : { root }) }),
};

function readFields(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new Problem("request-malformed", { detail: "The body is no JSON object. Send an object: {…}." });
}
