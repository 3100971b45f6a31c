import { Problem, type Finding } from "../../model/problem.ts";
import { bundleDocuments, findRoots } from "./bundle-documents.ts";
import { documentKind, parseDocument, workerBounds, type DocumentBounds } from "./parse-document.ts";

/** Most files of one description. */
export const bundledFilesMax = 500;

/** The text of one document made of several files, as JSON, and what was not found. */
export interface BundledFiles {
  readonly root: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/**
 * Makes one document of files, JSON or YAML by their endings. `root` is the one that begins; found if it is not named. Throws
 * `document-invalid` where a file cannot be parsed, naming it, and where none is a description.
 */
export function bundleFiles(
  files: Readonly<Record<string, string>>,
  root?: string,
  bounds: DocumentBounds = workerBounds,
): BundledFiles {
  const names = Object.keys(files);
  if (names.length > bundledFilesMax)
    throw refusal(`There are more than ${bundledFilesMax} files. Bundle them with the command line.`);
  refuseTooMuchYaml(files, bounds.yamlMax);
  const parsed = new Map(Object.entries(files).map(([path, text]) => [path, parseFile(path, text, bounds)]));
  const begin = root ?? findRoots(parsed)[0];
  if (begin === undefined)
    throw refusal(
      `None of ${names.slice(0, 10).join(", ")} has the field openapi or swagger. Add the file that begins.`,
    );
  if (!parsed.has(begin))
    throw refusal(`The root ${begin} is not among the files. Name one of ${names.slice(0, 10).join(", ")}.`);
  const { document, findings, unused } = bundleDocuments(begin, parsed);
  const stray = unused.map((path): Finding => ({
    pointer: "",
    message: `Nothing refers to the file ${path}. It is left out.`,
    severity: "warning",
  }));
  return { root: begin, text: textOf(document), findings: [...findings, ...stray] };
}

/** Whoever nests without end is told so: on Node, writing JSON calls itself for every level, and that is its only fault here. */
function textOf(document: object): string {
  try {
    return JSON.stringify(document);
  } catch {
    throw refusal("The files are nested too deep to be put together. Write them flatter.");
  }
}

/** What is read of one file at most is read of all together: each alone may be short. */
function refuseTooMuchYaml(files: Readonly<Record<string, string>>, max: number): void {
  const yaml = Object.entries(files).filter(([path, text]) => documentKind(text, mediaTypeOf(path)) === "YAML");
  if (yaml.reduce((sum, [, text]) => sum + text.length, 0) <= max) return;
  throw refusal(
    `The files hold more than the ${max / 1024 / 1024} MiB of YAML that are read here. Import them by the command line, which reads them on your own machine: gatehouse import openapi. Or send them as JSON.`,
  );
}

/** By the ending; empty where it says nothing. */
function mediaTypeOf(path: string): string {
  return /\.json$/i.test(path) ? "application/json" : /\.ya?ml$/i.test(path) ? "application/yaml" : "";
}

function parseFile(path: string, text: string, bounds: DocumentBounds): unknown {
  try {
    return parseDocument(text, mediaTypeOf(path), bounds);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, { detail: `${path}: ${thrown.detail}`, members: thrown.members, cause: thrown });
  }
}

function refusal(message: string): Problem {
  return new Problem("document-invalid", {
    detail: message,
    members: { findings: [{ pointer: "", message, severity: "error" }] },
  });
}
