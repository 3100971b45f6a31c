/** @module What a file wants of versions: their drafts, and for what is served the revision in each environment. */
import { deployments, revisions, versions } from "../../schema/catalog.ts";
import { stamp } from "../actions/revise.ts";
import {
  contentAddress,
  contentOf,
  environmentsOf,
  readRevisionContent,
  type PlatformDocument,
  type PreparedVersion,
} from "../catalog/index.ts";
import { compileRevision } from "../gateway/compile.ts";
import { contentHash, type RevisionProgram } from "../model/program.ts";
import { canonicalJson, type RevisionContent } from "../model/revision.ts";
import { next, type Wanted } from "./platform-file-catalog.ts";
import { idOf, namesOf } from "./platform-file-ids.ts";
import { ownSequence, rowOf, type TableRow, type Wish } from "./platform-file-wish.ts";

/** A wish with what must be stored before the batch that points to it. */
export interface VersionWish extends Wish {
  readonly content: RevisionContent;
  readonly document: PlatformDocument | undefined;
  readonly programs: readonly RevisionProgram[];
}

export async function versionWishes(
  wanted: Wanted,
  prepared: readonly PreparedVersion[],
  documents: Readonly<Record<string, PlatformDocument>>,
): Promise<VersionWish[]> {
  const wishes: VersionWish[] = [];
  for (const one of prepared) wishes.push(await versionWish(wanted, one, documents));
  return wishes;
}

async function versionWish(
  wanted: Wanted,
  prepared: PreparedVersion,
  documents: Readonly<Record<string, PlatformDocument>>,
): Promise<VersionWish> {
  const { ctx, file, state, ids } = wanted;
  const { api, name, version } = prepared;
  const id = idOf(ids.versions, `${api}/${name}`);
  const document = version.document === undefined ? undefined : documents[version.document];
  const content: RevisionContent = {
    ...contentOf(file, prepared),
    document: document === undefined ? null : await contentAddress(document.text),
  };
  const revision = await contentAddress(canonicalJson(content));
  const environments = version.state === "draft" ? [] : environmentsOf(file, prepared).toSorted();
  const row = state.versions.find((one) => one.id === id);
  const served = state.deployments.filter((one) => one.version === id);
  const current = environments.map((slug) => served.find((one) => one.environment === ids.environments.get(slug)));
  // What is served counts; a draft that somebody works on beside it is theirs.
  const stale = current.find((one) => one !== undefined && one.revision !== revision);
  const currentRevision = stale?.revision ?? current.find((one) => one !== undefined)?.revision ?? row?.draft;
  const fields = {
    state: version.state,
    upstream: idOf(ids.upstreams, version.upstream),
    successor: version.successor === undefined ? null : idOf(ids.versions, `${api}/${version.successor}`),
  };
  const before =
    row === undefined || currentRevision === undefined
      ? null
      : {
          ...describe(wanted, api, row),
          environments: environments.filter((_, index) => current[index] !== undefined),
          revision: currentRevision.slice(0, 16),
          ...describeContent(currentRevision === revision ? content : await readRevisionContent(ctx, currentRevision)),
        };
  const after = {
    ...describe(wanted, api, fields),
    environments,
    revision: revision.slice(0, 16),
    ...describeContent(content),
  };
  const isServedSo = current.every((one) => one?.revision === revision);
  const draft = row !== undefined && environments.length > 0 && isServedSo ? row.draft : revision;
  const made = { id, workspace: ctx.workspace, api: idOf(ids.apis, api), name, ...fields, draft, ...stamp(ctx.now()) };
  const programs = environments.map((environment) => compile(wanted, prepared, id, revision, content, environment));
  return {
    resource: `apis/${api}/versions/${name}`,
    before,
    after,
    content,
    document,
    programs,
    rows: [
      rowOf(versions, row === undefined ? made : next(row, { ...fields, draft }, ctx.now())),
      ...revisionRows(wanted, id, revision, environments.length > 0),
      ...(await deploymentRows(wanted, id, revision, environments, programs)),
    ],
    touched: { apis: [idOf(ids.apis, api)] },
  };
}

/** Only of environments that do not serve the revision yet: where it stands already, it keeps its date and sequence. */
function deploymentRows(
  { ctx, state, ids }: Wanted,
  version: string,
  revision: string,
  environments: readonly string[],
  programs: readonly RevisionProgram[],
): Promise<TableRow[]> {
  const pending = environments.flatMap((slug, index) => {
    const environment = idOf(ids.environments, slug);
    const current = state.deployments.find((one) => one.version === version && one.environment === environment);
    return current?.revision === revision ? [] : [{ environment, program: programs[index] }];
  });
  return Promise.all(
    pending.map(async ({ environment, program }) =>
      rowOf(deployments, {
        workspace: ctx.workspace,
        version,
        environment,
        revision,
        program: await contentHash(JSON.stringify(program)),
        sequence: ownSequence,
        publishedAt: ctx.now(),
      }),
    ),
  );
}

/** A content that was a revision before keeps its number. */
function revisionRows({ ctx, state }: Wanted, version: string, id: string, isServed: boolean): TableRow[] {
  const own = state.revisions.filter((one) => one.version === version);
  if (!isServed || own.some((one) => one.id === id)) return [];
  const number = Math.max(0, ...own.map((one) => one.number)) + 1;
  return [rowOf(revisions, { workspace: ctx.workspace, version, id, number, createdAt: ctx.now() })];
}

/** The file was compiled before, with findings at their places: what is left is ours. */
function compile(
  { ctx, file, state, ids }: Wanted,
  { api, version }: PreparedVersion,
  id: string,
  revision: string,
  content: RevisionContent,
  environment: string,
): RevisionProgram {
  const described = file.apis[api];
  if (described === undefined) throw new Error(`API ${api} was not checked`);
  const { program } = compileRevision({
    workspace: ctx.workspace,
    api: { ...described, id: idOf(ids.apis, api), slug: api },
    version: id,
    revision,
    content,
    globalPolicies: state.globalPolicies,
    workspacePolicies: file.policies,
    products: Object.keys(file.products).filter((product) => file.products[product]?.apis.includes(api)),
    targets: file.upstreams[version.upstream]?.targets[environment] ?? [],
    ownHosts: ctx.ownHosts,
    privateUpstreams: ctx.privateUpstreams,
  });
  if (program === null) throw new Error(`${api} was not compiled before`);
  return program;
}

function describe(
  { ids }: Wanted,
  api: string,
  row: { readonly state: string; readonly upstream: string | null; readonly successor: string | null },
): object {
  const successor = row.successor === null ? null : namesOf(ids.versions).get(row.successor);
  return {
    state: row.state,
    upstream: row.upstream === null ? null : (namesOf(ids.upstreams).get(row.upstream) ?? row.upstream),
    ...(successor === null ? {} : { successor: successor?.replace(`${api}/`, "") ?? row.successor }),
  };
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
