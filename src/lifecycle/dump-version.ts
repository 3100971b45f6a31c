/**
 * @module A version in the words of the file. A file has one content for all environments of a version: where the workspace has
 * several, it says what production serves, and a note tells the rest.
 */
import { inlineOperation, type PlatformFileInput, type VersionRow } from "../catalog/index.ts";
import { canonicalJson, type RevisionContent } from "../model/revision.ts";
import type { StateIndex } from "./platform-file-index.ts";
import type { WorkspaceState } from "./platform-file-state.ts";

export interface DumpSource {
  readonly state: WorkspaceState;
  readonly known: StateIndex;
  readonly contents: ReadonlyMap<string, RevisionContent>;
  /** Of documents, by their addresses. */
  readonly mediaTypes: ReadonlyMap<string, string>;
}

type VersionInput = NonNullable<NonNullable<NonNullable<PlatformFileInput["apis"]>[string]["versions"]>[string]>;

export interface DumpedVersion {
  readonly api: string;
  readonly name: string;
  /** Null where a file cannot say it. */
  readonly version: VersionInput | null;
  /** Its path in the file, and where it is answered. */
  readonly document: readonly [path: string, address: string] | null;
  readonly notes: readonly { readonly resource: string; readonly message: string }[];
}

export function dumpVersion(row: VersionRow, source: DumpSource): DumpedVersion {
  const { state, known } = source;
  const api = state.apis.find(({ id }) => id === row.api);
  const resource = `apis/${api?.slug ?? row.api}/versions/${row.name}`;
  const notes: { resource: string; message: string }[] = [];
  const note = (message: string) => notes.push({ resource, message });
  const served = known
    .deploymentsOf(row.id)
    .map(({ environment, revision }) => ({
      slug: known.environmentsById.get(environment)?.slug ?? environment,
      revision,
    }))
    .toSorted((a, b) => (a.slug === "production" ? -1 : b.slug === "production" ? 1 : a.slug < b.slug ? -1 : 1));
  const chosen = served[0]?.revision ?? row.draft;
  const content = source.contents.get(chosen);
  const upstream = state.upstreams.find(({ id }) => id === row.upstream)?.slug;
  const without = { api: row.api, name: row.name, version: null, document: null, notes };
  if (content === undefined || upstream === undefined) {
    note("It has no upstream, and a file needs one. It is left out.");
    return without;
  }
  if (content.document === null && content.operations.length === 0) {
    note("It has neither document nor operations, and a file needs one of them. It is left out.");
    return without;
  }
  if (row.state !== "draft" && served.length === 0) {
    note(`It is ${row.state} and served nowhere, which a file cannot say. It is left out.`);
    return without;
  }
  const others = served.filter(({ revision }) => revision !== chosen).map(({ slug }) => slug);
  if (others.length > 0)
    note(`${others.join(", ")} serve other content than ${served[0]?.slug}, whose content this is.`);
  if (served.length > 0 && differs(source.contents.get(row.draft), content))
    note("Its draft differs from what is served, which is what this is.");
  const trying = known.deploymentsOf(row.id).filter(({ canary }) => canary !== null);
  if (trying.length > 0) note("A canary of it runs, which a file cannot say. This is what all others get.");
  const document = documentOf(row, content, chosen, source, api?.slug ?? row.api);
  return { ...without, version: inWords(row, { content, upstream, served, document, state }), document };
}

/** But for the upstream's settings: a draft takes them over only when it is published. */
function differs(draft: RevisionContent | undefined, served: RevisionContent): boolean {
  return (
    draft !== undefined && canonicalJson({ ...draft, upstream: null }) !== canonicalJson({ ...served, upstream: null })
  );
}

function inWords(
  row: VersionRow,
  about: {
    readonly content: RevisionContent;
    readonly upstream: string;
    readonly served: readonly { readonly slug: string }[];
    readonly document: DumpedVersion["document"];
    readonly state: WorkspaceState;
  },
): VersionInput {
  const { content, upstream, served, document, state } = about;
  const successor = state.versions.find(({ id }) => id === row.successor)?.name;
  const everywhere = served.length === state.environments.length || served.length === 0;
  return {
    state: row.state,
    ...(document === null
      ? { operations: Object.fromEntries(content.operations.map((one) => [one.id, inlineOperation(one)])) }
      : { document: document[0] }),
    upstream,
    ...(everywhere ? {} : { environments: served.map(({ slug }) => slug).toSorted() }),
    ...(successor === undefined ? {} : { successor }),
    ...(row.deprecatedAt === null ? {} : { deprecatedAt: time(row.deprecatedAt) }),
    ...(row.sunsetAt === null ? {} : { sunsetAt: time(row.sunsetAt) }),
    ...(row.guideUrl === null ? {} : { guideUrl: row.guideUrl }),
    ...(row.brownouts.length === 0
      ? {}
      : { brownouts: row.brownouts.map(({ from, to }) => ({ from: time(from), to: time(to) })) }),
    ...(content.policies.length === 0 ? {} : { policies: content.policies }),
    ...(Object.keys(content.operationPolicies).length === 0 ? {} : { operationPolicies: content.operationPolicies }),
  };
}

const time = (epochMs: number): string => new Date(epochMs).toISOString();

/** `bookshop/v1.openapi.yaml`, and the route that answers it: a revision's, or the draft's. */
function documentOf(
  row: VersionRow,
  content: RevisionContent,
  revision: string,
  { known, mediaTypes }: DumpSource,
  api: string,
): DumpedVersion["document"] {
  if (content.document === null) return null;
  const ending = /yaml/i.test(mediaTypes.get(content.document) ?? "") ? "yaml" : "json";
  const number = known.revisionsOf(row.id).find(({ id }) => id === revision)?.number;
  const version = `/apis/${row.api}/versions/${row.id}`;
  const address = number === undefined ? `${version}/document` : `${version}/revisions/${number}/document`;
  return [`${api}/${row.name}.openapi.${ending}`, address];
}
