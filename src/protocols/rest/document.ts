/**
 * @module OpenAPI 3.0, 3.1 and 3.2 documents and Swagger 2.0, read for what the gateway can serve: operations, and findings for
 * what it cannot.
 *
 * Cold path of the rest protocol (the hot one is wire.ts). Runs in a Worker: nothing is fetched, nothing is evaluated, the
 * parsed document is never copied. A 3.0 document stays 3.0, since operations read the same in both; who needs one schema
 * dialect upgrades what it reads (upgrade-document.ts). May import the model, the YAML parser and the upgrader only.
 */
import { Problem, type Finding } from "../../model/problem.ts";
import type { Operation } from "../../model/revision.ts";
import { boundFindings } from "./bound-findings.ts";
import { findReferenceFaults } from "./document-references.ts";
import { readOperations } from "./document-operations.ts";
import { raiseDocument } from "./lower-document.ts";
import { parseDocument, workerBounds, type DocumentBounds } from "./parse-document.ts";
import { isObject, type JsonObject } from "./pointer.ts";
import { openApiVersion, upgradeDocument } from "./upgrade-document.ts";

/** What a document says. An `error` in `findings` was not taken; a `warning` was taken otherwise than it is written. */
export interface Description {
  readonly document: JsonObject;
  readonly title: string;
  readonly versionName: string;
  /** Markdown, or empty. */
  readonly description: string;
  readonly operations: Operation[];
  /** Addresses of the servers that the document names, with the defaults of their variables. */
  readonly servers: string[];
  readonly findings: Finding[];
}

/**
 * Reads an OpenAPI document. Throws `document-invalid` with `members.findings` where there is no telling what the document
 * means: text that does not parse, another version, `paths` that are no object. All else is a finding.
 */
export function readDocument(text: string, mediaType: string, bounds: DocumentBounds = workerBounds): Description {
  const parsed = parseDocument(text, mediaType, bounds);
  // What was given out as 3.1 comes back as the 3.2 that it was.
  const written = isObject(parsed) ? raiseDocument(parsed) : parsed;
  const faults = findStructureFaults(written);
  if (!isObject(written) || faults.length > 0) throw refusal(faults);
  const info = isObject(written.info) ? written.info : {};
  // Operations read the same in all versions: of Swagger 2.0 as well, where the upgrade has places of its own for much else.
  const { operations, findings } = readOperations(written);
  findings.push(...findReferenceFaults(written));
  const document = openApiVersion(written) === "2.0" ? upgradeDocument(written) : written;
  if (typeof info.version === "number") {
    findings.push(warning("/info/version", `The version reads as a number. Put it in quotes: "${info.version}".`));
  }
  return {
    document,
    title: String(info.title),
    versionName: String(info.version),
    description: typeof info.description === "string" ? info.description : "",
    operations,
    servers: readServers(document.servers),
    findings: boundFindings(findings),
  };
}

function findStructureFaults(document: unknown): Finding[] {
  if (!isObject(document)) return [error("", "The document is not an object. Begin it with the field openapi.")];
  const version = findVersionFault(document);
  if (version !== null) return [version];
  const faults: Finding[] = [];
  if (!isObject(document.info)) {
    faults.push(error("/info", "There is no info object. Add one with title and version."));
  } else {
    if (typeof document.info.title !== "string" || document.info.title.trim() === "") {
      faults.push(error("/info/title", "The API has no title. Add info.title."));
    }
    if (typeof document.info.version !== "string" && typeof document.info.version !== "number") {
      faults.push(error("/info/version", 'The contract has no version. Add info.version, such as "1.0.0".'));
    }
  }
  if (document.paths === undefined && ["2.0", "3.0"].includes(openApiVersion(document) ?? "")) {
    faults.push(error("/paths", "There are no paths. Add paths, even an empty object."));
  } else if (document.paths !== undefined && !isObject(document.paths)) {
    faults.push(error("/paths", "paths is not an object. Write one field for each path, such as /books/{isbn}."));
  }
  return faults;
}

function findVersionFault(document: JsonObject): Finding | null {
  const { openapi } = document;
  if (openApiVersion(document) !== null) return null;
  if (document.swagger !== undefined) {
    const written = JSON.stringify(document.swagger);
    return error("/swagger", `Swagger ${written} is not read here. Use Swagger "2.0", or OpenAPI 3.0 to 3.2.`);
  }
  if (openapi === undefined)
    return error("/openapi", 'The field openapi is missing. Add it, such as openapi: "3.1.0".');
  if (typeof openapi === "number") {
    return error("/openapi", `The OpenAPI version reads as a number. Write it in full and in quotes: "${openapi}.0".`);
  }
  return error("/openapi", `OpenAPI ${JSON.stringify(openapi)} is not read here. Use OpenAPI 3.0, 3.1 or 3.2.`);
}

function readServers(servers: unknown): string[] {
  if (!Array.isArray(servers)) return [];
  return servers.filter(isObject).flatMap((server) => {
    if (typeof server.url !== "string") return [];
    const variables = isObject(server.variables) ? server.variables : {};
    return server.url.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
      const variable = variables[name];
      return isObject(variable) && typeof variable.default === "string" ? variable.default : whole;
    });
  });
}

function refusal(findings: Finding[]): Problem {
  const first = findings[0];
  return new Problem("document-invalid", {
    detail: `${first?.message ?? "The document cannot be read."} Nothing was imported.`,
    members: { findings },
  });
}

function error(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}

function warning(pointer: string, message: string): Finding {
  return { pointer, message, severity: "warning" };
}
