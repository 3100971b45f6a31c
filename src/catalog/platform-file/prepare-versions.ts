/** @module The versions of a file with their documents read: the operations of each, and what its document could not give. */
import type { Operation } from "../../model/revision.ts";
import { Problem, type Finding } from "../../model/problem.ts";
import { documents as readers, type DocumentReader } from "../../protocols/documents.ts";
import {
  inlineOperations,
  type PlatformDocument,
  type PlatformFile,
  type PlatformFileVersion,
} from "../platform-file.ts";
import { toPointer } from "../../model/explain-issues.ts";
import { ownField } from "../../model/own-field.ts";
import type { PlacedFinding } from "./platform-plan.ts";

export interface PreparedVersion {
  readonly api: string;
  readonly name: string;
  readonly version: PlatformFileVersion;
  /** JSON pointer of the version in the file. */
  readonly pointer: string;
  readonly operations: readonly Operation[];
}

type Read = ReturnType<DocumentReader>;

/** Reads each document once. Errors are documents that are missing or no documents; all else they say is a warning. */
export function prepareVersions(
  file: PlatformFile,
  documents: Readonly<Record<string, PlatformDocument>>,
  bounds?: Parameters<DocumentReader>[2],
): { readonly versions: readonly PreparedVersion[]; readonly findings: readonly PlacedFinding[] } {
  const findings: PlacedFinding[] = [];
  const cache = new Map<string, Read | null>();
  const versions = Object.entries(file.apis).flatMap(([slug, api]) =>
    Object.entries(api.versions).map(([name, version]): PreparedVersion => {
      const pointer = toPointer(["apis", slug, "versions", name]);
      const prepared = { api: slug, name, version, pointer };
      if (version.document === undefined) {
        return { ...prepared, operations: inlineOperations(version.operations ?? {}) };
      }
      const key = `${api.style} ${version.document}`;
      let read = cache.get(key);
      if (read === undefined) {
        read = readOne(version.document, readers[api.style], documents, bounds, `${pointer}/document`, findings);
        cache.set(key, read);
      }
      return { ...prepared, operations: read?.operations ?? [] };
    }),
  );
  return { versions, findings };
}

function readOne(
  path: string,
  reader: DocumentReader | undefined,
  documents: Readonly<Record<string, PlatformDocument>>,
  bounds: Parameters<DocumentReader>[2],
  pointer: string,
  findings: PlacedFinding[],
): Read | null {
  const document = ownField(documents, path);
  if (document === undefined || reader === undefined) {
    const message =
      reader === undefined ? "APIs of this style have no document." : `The document ${path} is missing. Send it along.`;
    findings.push({ pointer, message, severity: "error" });
    return null;
  }
  try {
    const read = reader(document.text, document.mediaType, bounds);
    // What a document holds that cannot be served does not stop the rest of it.
    findings.push(...read.findings.map((finding) => ({ ...finding, severity: "warning" as const, document: path })));
    return read;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const inside = (thrown.members.findings ?? []) as readonly Finding[];
    if (inside.length === 0) findings.push({ pointer, message: thrown.detail, severity: "error" });
    findings.push(...inside.map((finding) => ({ ...finding, document: path })));
    return null;
  }
}
