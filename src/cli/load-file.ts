/** @module gatehouse.yaml with the documents that it names, read from disk and checked as far as one can without a server. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { PlatformDocument, PlatformFile } from "../catalog/platform-file.ts";
import { checkVersions } from "../catalog/platform-file/check-versions.ts";
import type { PlacedFinding } from "../catalog/platform-file/platform-plan.ts";
import { prepareVersions } from "../catalog/platform-file/prepare-versions.ts";
import { validatePlatformFile } from "../catalog/platform-file/validate-platform-file.ts";
import { compileRevision } from "../gateway/compile.ts";
import { failure, type LocatedFinding } from "./failure.ts";
import { readSource, type Source } from "./source.ts";

export interface LoadedFile {
  readonly path: string;
  readonly file: PlatformFile;
  /** As it is written: the server reads it for itself. */
  readonly written: unknown;
  /** As they are sent: by the path that the file names. */
  readonly documents: Readonly<Record<string, PlatformDocument>>;
  readonly operationCount: number;
  readonly warnings: readonly LocatedFinding[];
  locate(findings: readonly PlacedFinding[]): LocatedFinding[];
}

/** Larger documents than this are sent as JSON without white space: the server reads more of that, and faster. */
const verbatimMax = 256 * 1024;
/** A parsed text takes many times its size: in larger documents the pointer alone must do. */
const locatableMax = 4 * 1024 * 1024;
const infinite = Number.POSITIVE_INFINITY;
const unbounded = { jsonMax: infinite, yamlMax: infinite, yamlMarksMax: infinite };

/** Throws a failure with all findings if the file cannot be applied. */
export async function loadFile(filePath: string): Promise<LoadedFile> {
  const source = readSource(filePath, await readText(filePath));
  if (source.faults.length > 0) throw invalid(filePath, source.faults);
  const { file, findings } = validatePlatformFile(source.value);
  if (file === null)
    throw invalid(
      filePath,
      findings.map((finding) => source.locate(finding)),
    );
  const read = await readDocuments(file, filePath);
  const locate = locator(source, read.documents);
  if (read.findings.length > 0) throw invalid(filePath, locate(read.findings));
  const { versions, findings: faults } = prepareVersions(file, read.documents, unbounded);
  const compiled = faults.some(isError)
    ? []
    : checkVersions(file, versions, compileRevision, {
        globalPolicies: [],
        ownHosts: [],
        privateUpstreams: targetHosts(file),
        secretsOf: () => null,
      });
  const all = [...faults, ...compiled];
  if (all.some(isError)) throw invalid(filePath, locate(all.filter(isError)));
  return {
    path: filePath,
    file,
    written: source.value,
    documents: toSend(read.documents),
    operationCount: versions.reduce((sum, version) => sum + version.operations.length, 0),
    warnings: locate(all),
    locate,
  };
}

async function readText(filePath: string): Promise<string> {
  try {
    return await readFile(filePath, "utf8");
  } catch (thrown) {
    throw failure(
      `${filePath} cannot be read: ${reasonOf(thrown)}.`,
      "Name the file with --file, such as --file examples/gatehouse.yaml.",
    );
  }
}

async function readDocuments(
  file: PlatformFile,
  filePath: string,
): Promise<{ documents: Record<string, PlatformDocument>; findings: PlacedFinding[] }> {
  const documents: Record<string, PlatformDocument> = {};
  const findings: PlacedFinding[] = [];
  for (const [slug, api] of Object.entries(file.apis)) {
    for (const [name, { document }] of Object.entries(api.versions)) {
      if (document === undefined || Object.hasOwn(documents, document)) continue;
      try {
        const text = await readFile(path.resolve(path.dirname(filePath), document), "utf8");
        const mediaType = /\.json$/i.test(document)
          ? "application/json"
          : /\.ya?ml$/i.test(document)
            ? "application/yaml"
            : "";
        documents[document] = { text, mediaType };
      } catch (thrown) {
        const message = `“${document}” cannot be read: ${reasonOf(thrown)}. Paths are relative to this file.`;
        findings.push({ pointer: `/apis/${slug}/versions/${name}/document`, message, severity: "error" });
      }
    }
  }
  return { documents, findings };
}

function locator(file: Source, documents: Readonly<Record<string, PlatformDocument>>) {
  const sources = new Map<string, Source | null>();
  const sourceOf = (document: string): Source | null => {
    let source = sources.get(document);
    if (source === undefined) {
      const text = documents[document]?.text ?? "";
      source = text.length > locatableMax ? null : readSource(path.join(path.dirname(file.path), document), text);
      sources.set(document, source);
    }
    return source;
  };
  return (findings: readonly PlacedFinding[]): LocatedFinding[] =>
    findings.map(({ document, ...finding }) => {
      if (document === undefined) return file.locate(finding);
      const source = sourceOf(document);
      return source?.locate(finding) ?? { file: document, line: 0, column: 0, ...finding, excerpt: null };
    });
}

function toSend(documents: Readonly<Record<string, PlatformDocument>>): Record<string, PlatformDocument> {
  return Object.fromEntries(
    Object.entries(documents).map(([name, document]) => [
      name,
      document.text.length > verbatimMax ? compact(document) : document,
    ]),
  );
}

function compact(document: PlatformDocument): PlatformDocument {
  const value: unknown = /^\s*\{/.test(document.text) ? JSON.parse(document.text) : readSource("", document.text).value;
  return { text: JSON.stringify(value), mediaType: "application/json" };
}

/** Host and port of every target: whether private addresses are allowed is the server's to say. */
function targetHosts(file: PlatformFile): string[] {
  return Object.values(file.upstreams).flatMap(({ targets }) =>
    Object.values(targets).flatMap((list) =>
      list.map(({ url }) => {
        const { hostname, port, protocol } = new URL(url);
        return `${hostname.toLowerCase()}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
      }),
    ),
  );
}

function invalid(filePath: string, findings: readonly LocatedFinding[]): Error {
  const count = findings.length === 1 ? "One thing" : `${findings.length} things`;
  return failure(
    `${count} in ${filePath} cannot be applied.`,
    "Mend what is named above, then run the command again.",
    findings,
  );
}

function isError(finding: { readonly severity: string }): boolean {
  return finding.severity === "error";
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const known: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
    EACCES: "it may not be read",
  };
  return known[code] ?? (thrown instanceof Error ? thrown.message : "unknown");
}
