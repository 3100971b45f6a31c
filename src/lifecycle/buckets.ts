import {
  contentHash,
  programFormat,
  type Bucket,
  type BucketApi,
  type BucketVersion,
  type GlobalProgram,
} from "../model/program.ts";
import { globalSlot, type Snapshot } from "./snapshot.ts";

/** A slot as it must become. `hash` and `body` are empty for a bucket that holds nothing. */
export interface BuiltSlot {
  readonly slot: string;
  readonly hash: string;
  readonly body: string;
  readonly content: Bucket | GlobalProgram | null;
}

/** A row of D1 holds 2 MB. Changes are refused well below it (actions/bucket-room.ts): this is for what slipped through. */
const slotBytesMax = 1_950_000;

/** Whether D1 can hold it. What is too large stays as it was, so that everything else goes on; the log says so. */
export function fits({ slot, body }: BuiltSlot): boolean {
  const bytes = new TextEncoder().encode(body).length;
  if (bytes > slotBytesMax) console.error("slot is too large and stays as it was", slot, bytes);
  return bytes <= slotBytesMax;
}

/** The touched buckets of a snapshot. Equal state gives equal text: everything is in an order of its own. */
export async function buildBuckets(snapshot: Snapshot): Promise<BuiltSlot[]> {
  const built: BuiltSlot[] = [];
  for (const index of snapshot.buckets) {
    const apis = snapshot.placed
      .filter(({ bucket }) => bucket === index)
      .flatMap((placement) => bucketApi(placement, snapshot))
      .filter((api) => api.versions.length > 0)
      .sort((a, b) => compare(a.host, b.host) || compare(a.prefix, b.prefix) || compare(a.api.id, b.api.id));
    if (apis.length === 0) built.push({ slot: String(index), hash: "", body: "", content: null });
    else built.push(await slotOf(String(index), { format: programFormat, apis }));
  }
  return built;
}

/** The platform's list and the hashes of all workspaces' programs. */
export function buildGlobal(snapshot: Snapshot): Promise<BuiltSlot> {
  const workspaces = [...snapshot.lists].sort((a, b) => compare(a.workspace, b.workspace));
  return slotOf(globalSlot, {
    format: programFormat,
    kind: "global",
    policies: snapshot.global.entries,
    sequence: snapshot.global.sequence,
    workspaces: Object.fromEntries(workspaces.map(({ workspace, program }) => [workspace, program ?? ""])),
  });
}

async function slotOf(slot: string, content: Bucket | GlobalProgram): Promise<BuiltSlot> {
  const body = JSON.stringify(content);
  return { slot, hash: await contentHash(body), body, content };
}

function bucketApi(placement: Snapshot["placed"][number], snapshot: Snapshot): BucketApi[] {
  const { workspace, environment, host } = placement;
  const api = snapshot.apis.get(placement.api);
  if (api === undefined) return [];
  const { prefix, style, selector, defaultVersion, fallback } = api;
  return [
    {
      host,
      prefix,
      workspace,
      environment,
      api: { id: api.id, slug: api.slug, name: api.name },
      style,
      selector,
      defaultVersion,
      fallback,
      isPublic: api.visibility === "public",
      products: snapshot.bundled.filter((row) => row.api === api.id).map((row) => row.product),
      versions: snapshot.versions
        .filter((version) => version.api === api.id)
        .flatMap((version) => bucketVersion(version, environment, snapshot)),
    },
  ];
}

function bucketVersion(
  version: Snapshot["versions"][number],
  environment: string,
  snapshot: Snapshot,
): BucketVersion[] {
  const deployment = snapshot.deployments.find((row) => row.version === version.id && row.environment === environment);
  if (deployment === undefined) return [];
  const isDeprecated = version.state === "deprecated";
  return [
    {
      id: version.id,
      name: version.name,
      state: version.state,
      program: deployment.program,
      targets: snapshot.targets
        .filter((target) => target.upstream === version.upstream && target.environment === environment)
        .map(({ url, weight }) => ({ url, weight })),
      successor: successorIn(environment, version, snapshot),
      deprecatedAt: isDeprecated ? version.deprecatedAt : null,
      sunsetAt: isDeprecated ? version.sunsetAt : null,
      guideUrl: isDeprecated ? version.guideUrl : null,
      brownouts: isDeprecated ? version.brownouts : [],
      canary: deployment.canary,
      sequence: deployment.sequence,
    },
  ];
}

/** The name of the version that follows, if calls of that environment are answered there. */
function successorIn(
  environment: string,
  { successor }: Snapshot["versions"][number],
  { versions, deployments }: Snapshot,
): string | null {
  const next = versions.find(({ id }) => id === successor);
  if (next?.state !== "published" && next?.state !== "deprecated") return null;
  return deployments.some((row) => row.version === next.id && row.environment === environment) ? next.name : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
