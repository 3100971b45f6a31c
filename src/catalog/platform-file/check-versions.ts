/**
 * @module The versions of a file, compiled as the gateway would: with every finding put back at its place in the file. The
 * compiler is handed in, since the gateway is no area's to import but lifecycle's.
 */
import type { CompileInput } from "../../model/compile-input.ts";
import type { PolicyEntry } from "../../model/policy-entry.ts";
import type { Finding } from "../../model/problem.ts";
import type { RevisionContent } from "../../model/revision.ts";
import type { SecretBinding } from "../../model/secret.ts";
import { UpstreamSettings, type Target } from "../../model/upstream.ts";
import type { PlatformFile } from "../platform-file.ts";
import { toPointer } from "../../model/explain-issues.ts";
import { ownField } from "../../model/own-field.ts";
import { setsOf } from "./check-policies.ts";
import type { PlacedFinding } from "./platform-plan.ts";
import type { PreparedVersion } from "./prepare-versions.ts";

/** gateway/compile's `compileRevision`, as far as it is used here. */
export type Compile = (input: CompileInput) => { readonly findings: readonly Finding[] };

/** What the installation allows. Offline nobody knows, so nothing is refused for it. */
export interface Surroundings {
  readonly globalPolicies: readonly PolicyEntry[];
  readonly ownHosts: readonly string[];
  readonly privateUpstreams: readonly string[];
  /** Secrets of an environment, by its slug; null where nobody knows them. */
  readonly secretsOf: (environment: string) => readonly SecretBinding[] | null;
}

/** Compiles each version that calls can reach, in each of its environments. */
export function checkVersions(
  file: PlatformFile,
  versions: readonly PreparedVersion[],
  compile: Compile,
  { secretsOf, ...surroundings }: Surroundings,
): PlacedFinding[] {
  const seen = new Set<string>();
  const products = productsByApi(file);
  const policySets = setsOf(file);
  return versions
    .filter(({ version }) => version.state !== "draft")
    .flatMap((prepared) =>
      environmentsOf(file, prepared).flatMap((environment) => {
        const content = contentOf(file, prepared);
        const { findings } = compile({
          workspace: file.workspace,
          api: apiOf(file, prepared.api),
          version: prepared.name,
          revision: "unstored",
          content,
          workspacePolicies: file.policies,
          policySets,
          products: products.get(prepared.api) ?? [],
          targets: targetsOf(file, prepared, environment),
          secrets: secretsOf(environment),
          ...surroundings,
        });
        return findings.map((finding) => place(finding, prepared, content, environment));
      }),
    )
    .filter((finding) => {
      const key = `${finding.document ?? ""} ${finding.pointer} ${finding.message}`;
      return seen.has(key) ? false : seen.add(key);
    });
}

export function environmentsOf(file: PlatformFile, { version }: PreparedVersion): readonly string[] {
  return version.environments ?? Object.keys(file.environments);
}

/** The content of the version's revision; the document's hash is the registry's to add. */
export function contentOf(file: PlatformFile, { version, operations }: PreparedVersion): RevisionContent {
  const upstream = ownField(file.upstreams, version.upstream);
  if (upstream === undefined) throw new Error(`upstream ${version.upstream} was not checked`);
  const { targets, ...settings } = upstream;
  void targets;
  return {
    document: null,
    operations: [...operations],
    policies: version.policies,
    operationPolicies: version.operationPolicies,
    // A version takes the upstream's settings over when it is published, not before.
    upstream: version.state === "draft" ? UpstreamSettings.parse({}) : settings,
  };
}

function apiOf(file: PlatformFile, slug: string) {
  const api = ownField(file.apis, slug);
  if (api === undefined) throw new Error(`API ${slug} is not in the file`);
  return { id: slug, slug, name: api.name, style: api.style, prefix: api.prefix, selector: api.selector };
}

/** The products in which each API stands. */
export function productsByApi(file: PlatformFile): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [product, { apis }] of Object.entries(file.products)) {
    for (const api of apis) found.set(api, [...(found.get(api) ?? []), product]);
  }
  return found;
}

/** Where calls of the version go in an environment. */
export function targetsOf(file: PlatformFile, { version }: PreparedVersion, environment: string): readonly Target[] {
  const upstream = ownField(file.upstreams, version.upstream);
  return upstream === undefined ? [] : (ownField(upstream.targets, environment) ?? []);
}

/** From a pointer into a revision's content to one into the file or the document. */
function place(
  finding: Finding,
  prepared: PreparedVersion,
  content: RevisionContent,
  environment: string,
): PlacedFinding {
  const { pointer, version } = prepared;
  const [, first = "", index = ""] = finding.pointer.split("/");
  if (first === "policies" || first === "operationPolicies") return { ...finding, pointer: pointer + finding.pointer };
  if (first === "upstream") {
    const rest = finding.pointer.replace(/^\/upstream(?:\/targets)?/, "");
    return { ...finding, pointer: toPointer(["upstreams", version.upstream, "targets", environment]) + rest };
  }
  const operation = first === "operations" ? content.operations[Number(index)] : undefined;
  if (operation === undefined) return { ...finding, pointer };
  if (version.document === undefined)
    return { ...finding, pointer: `${pointer}${toPointer(["operations", operation.id])}` };
  const at = toPointer(["paths", operation.path, operation.method.toLowerCase()]);
  return { ...finding, pointer: at, document: version.document };
}
