/** @module What a file wants of versions: their drafts, and for what is served the revision in each environment. */
import { deployments, revisions, versions } from "../../schema/catalog.ts";
import { stamp } from "../actions/revise.ts";
import {
  contentAddress,
  contentOf,
  environmentsOf,
  productsByApi,
  readRevisionContents,
  setsOf,
  targetsOf,
  type PlatformDocument,
  type PreparedVersion,
  type VersionRow,
} from "../catalog/index.ts";
import { compileRevision } from "../gateway/compile.ts";
import { contentHash, type RevisionProgram } from "../model/program.ts";
import { inTime, notDeprecated, type Brownout, type Deprecation } from "../model/deprecation.ts";
import { ownField } from "../model/own-field.ts";
import { canonicalJson, type RevisionContent } from "../model/revision.ts";
import { next, type Wanted } from "./platform-file-catalog.ts";
import { idOf, namesOf } from "./platform-file-ids.ts";
import { ownSequence, rowOf, type TableRow, type Wish } from "./platform-file-wish.ts";

/** A wish with what must be stored before the batch that points to it. */
export interface VersionWish extends Wish {
  /** Address of the content. */
  readonly revision: string;
  readonly content: RevisionContent;
  readonly document: PlatformDocument | undefined;
  readonly programs: readonly RevisionProgram[];
}

/** A version as the file has it, beside what is registered. */
interface Compared {
  readonly prepared: PreparedVersion;
  readonly id: string;
  readonly document: PlatformDocument | undefined;
  readonly content: RevisionContent;
  readonly revision: string;
  /** Slugs of the environments in which it is to be served, and what is served there now. */
  readonly environments: readonly string[];
  readonly served: readonly (Deployment | undefined)[];
  readonly row: VersionRow | undefined;
  /** The revision that `content` is shown against. */
  readonly shown: string | undefined;
}

type Deployment = typeof deployments.$inferSelect;

/** What is the same for every version of the file. */
interface Names {
  readonly versions: ReadonlyMap<string, string>;
  readonly upstreams: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<string, readonly string[]>;
}

export async function versionWishes(
  wanted: Wanted,
  prepared: readonly PreparedVersion[],
  documents: Readonly<Record<string, PlatformDocument>>,
): Promise<VersionWish[]> {
  const { ctx, file, ids } = wanted;
  const all: Compared[] = [];
  for (const one of prepared) all.push(await compare(wanted, one, documents));
  const replaced = all.flatMap(({ shown, revision }) => (shown === undefined || shown === revision ? [] : [shown]));
  const contents = await readRevisionContents(ctx, replaced);
  const names: Names = {
    versions: namesOf(ids.versions),
    upstreams: namesOf(ids.upstreams),
    products: productsByApi(file),
  };
  const wishes: VersionWish[] = [];
  for (const one of all) wishes.push(await versionWish(wanted, one, contents, names));
  return wishes;
}

async function compare(
  { file, known, ids }: Wanted,
  prepared: PreparedVersion,
  documents: Readonly<Record<string, PlatformDocument>>,
): Promise<Compared> {
  const { api, name, version } = prepared;
  const id = idOf(ids.versions, `${api}/${name}`);
  const document = version.document === undefined ? undefined : ownField(documents, version.document);
  const content: RevisionContent = {
    ...contentOf(file, prepared),
    document: document === undefined ? null : await contentAddress(document.text),
  };
  const revision = await contentAddress(canonicalJson(content));
  const environments = version.state === "draft" ? [] : environmentsOf(file, prepared).toSorted();
  const row = known.versions.get(id);
  const current = new Map(known.deploymentsOf(id).map((one) => [one.environment, one]));
  const served = environments.map((slug) => current.get(idOf(ids.environments, slug)));
  // What is served counts; a draft that somebody works on beside it is theirs.
  const stale = served.find((one) => one !== undefined && one.revision !== revision);
  const shown = stale?.revision ?? served.find((one) => one !== undefined)?.revision ?? row?.draft;
  return { prepared, id, document, content, revision, environments, served, row, shown };
}

async function versionWish(
  wanted: Wanted,
  compared: Compared,
  contents: ReadonlyMap<string, RevisionContent>,
  names: Names,
): Promise<VersionWish> {
  const { ctx, ids } = wanted;
  const { id, document, content, revision, environments, served, row, shown } = compared;
  const { api, name, version } = compared.prepared;
  const fields = {
    state: version.state,
    upstream: idOf(ids.upstreams, version.upstream),
    successor: version.successor === undefined ? null : idOf(ids.versions, `${api}/${version.successor}`),
    ...deprecationOf(version, row, ctx.now()),
  };
  // A time that begins now would be another in every plan.
  const since = fields.deprecatedAt === null ? null : (version.deprecatedAt ?? row?.deprecatedAt ?? null);
  const before =
    row === undefined || shown === undefined
      ? null
      : {
          ...describe(names, api, row),
          environments: environments.filter((_, index) => served[index] !== undefined),
          revision: shown.slice(0, 16),
          // Only what differs was read.
          ...describeContent(contents.get(shown) ?? content),
        };
  const after = {
    ...describe(names, api, { ...fields, deprecatedAt: since }),
    // Once, for the audit: a reason is no part of the state.
    ...(version.reason === undefined || row?.state === "retired" ? {} : { reason: version.reason }),
    environments,
    revision: revision.slice(0, 16),
    ...describeContent(content),
  };
  const isServedSo = served.every((one) => one?.revision === revision);
  const draft = row !== undefined && environments.length > 0 && isServedSo ? row.draft : revision;
  const made = { id, workspace: ctx.workspace, api: idOf(ids.apis, api), name, ...fields, draft, ...stamp(ctx.now()) };
  // Where the revision is served already it stays, with its program, its date and its sequence.
  const pending = environments
    .map((slug, index) => ({ slug, previous: served[index]?.revision ?? null }))
    .filter(({ previous }) => previous !== revision)
    .map(({ slug, previous }) => ({
      environment: idOf(ids.environments, slug),
      previous,
      program: compile(wanted, compared, names.products.get(api) ?? [], slug),
    }));
  return {
    resource: `apis/${api}/versions/${name}`,
    before,
    after,
    revision,
    content,
    document,
    programs: pending.map(({ program }) => program),
    rows: [
      rowOf(versions, row === undefined ? made : next(row, { ...fields, draft }, ctx.now())),
      ...revisionRows(wanted, id, revision, environments.length > 0),
      ...(await Promise.all(
        pending.map(async ({ environment, previous, program }) =>
          rowOf(deployments, {
            workspace: ctx.workspace,
            version: id,
            environment,
            revision,
            previous,
            program: await contentHash(JSON.stringify(program)),
            canary: null,
            sequence: ownSequence,
            publishedAt: ctx.now(),
          }),
        ),
      )),
    ],
    touched: { apis: [idOf(ids.apis, api)] },
  };
}

/** A content that was a revision before keeps its number. */
function revisionRows({ ctx, known }: Wanted, version: string, id: string, isServed: boolean): TableRow[] {
  const own = known.revisionsOf(version);
  if (!isServed || own.some((one) => one.id === id)) return [];
  const number = Math.max(0, ...own.map((one) => one.number)) + 1;
  return [rowOf(revisions, { workspace: ctx.workspace, version, id, number, createdAt: ctx.now() })];
}

/** The file was compiled before, with findings at their places: what is left is ours. */
function compile(
  { ctx, file, state, ids }: Wanted,
  { prepared, id, revision, content }: Compared,
  products: readonly string[],
  environment: string,
): RevisionProgram {
  const { api } = prepared;
  const described = ownField(file.apis, api);
  if (described === undefined) throw new Error(`API ${api} was not checked`);
  const { program } = compileRevision({
    workspace: ctx.workspace,
    api: { ...described, id: idOf(ids.apis, api), slug: api },
    version: id,
    revision,
    content,
    globalPolicies: state.globalPolicies,
    workspacePolicies: file.policies,
    policySets: setsOf(file),
    products,
    targets: targetsOf(file, prepared, environment),
    // They were checked with the file.
    secrets: null,
    ownHosts: ctx.ownHosts,
    privateUpstreams: ctx.privateUpstreams,
  });
  if (program === null) throw new Error(`${api} was not compiled before`);
  return program;
}

/** Since when is only said where the file says it: else it stays as it is, or begins now. */
function deprecationOf(version: PreparedVersion["version"], row: VersionRow | undefined, now: number): Deprecation {
  if (version.state !== "deprecated" && version.state !== "retired") return notDeprecated;
  const since = row?.deprecatedAt ?? (version.state === "deprecated" ? now : null);
  return {
    deprecatedAt: version.deprecatedAt ?? since,
    sunsetAt: version.sunsetAt ?? null,
    guideUrl: version.guideUrl ?? null,
    brownouts: inTime(version.brownouts ?? []),
  };
}

function describe(
  names: Names,
  api: string,
  row: Deprecation & {
    readonly state: string;
    readonly upstream: string | null;
    readonly successor: string | null;
  },
): object {
  const successor = row.successor === null ? null : names.versions.get(row.successor);
  return {
    state: row.state,
    upstream: row.upstream === null ? null : (names.upstreams.get(row.upstream) ?? row.upstream),
    ...(successor === null ? {} : { successor: successor?.replace(`${api}/`, "") ?? row.successor }),
    ...(row.deprecatedAt === null ? {} : { deprecatedAt: new Date(row.deprecatedAt).toISOString() }),
    ...(row.sunsetAt === null ? {} : { sunsetAt: new Date(row.sunsetAt).toISOString() }),
    ...(row.guideUrl === null ? {} : { guideUrl: row.guideUrl }),
    ...(row.brownouts.length === 0 ? {} : { brownouts: row.brownouts.map(describeBrownout) }),
  };
}

function describeBrownout({ from, to }: Brownout): object {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** In the words of the file, with the document by its address: its text is not shown. */
function describeContent({ document, operations, policies, operationPolicies }: RevisionContent): object {
  return {
    ...(document === null ? {} : { document: document.slice(0, 16) }),
    operations: Object.fromEntries(operations.map(({ id, method, path }) => [id, `${method} ${path}`])),
    policies,
    ...(Object.keys(operationPolicies).length === 0 ? {} : { operationPolicies }),
  };
}
