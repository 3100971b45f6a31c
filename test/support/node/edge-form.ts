/**
 * @module A registry in its edge form, written straight to KV: for stories about the data plane alone. Stories about the
 * whole go through the management API.
 */
import type { KVNamespace } from "@cloudflare/workers-types";
import {
  bucketIndex,
  bucketKey,
  contentHash,
  firstSegment,
  programKey,
  rootKey,
  type Bucket,
  type BucketApi,
  type GlobalProgram,
  type RevisionProgram,
  type Root,
} from "../../../src/model/program.ts";
import { PolicyEntry } from "../../../src/model/policy-entry.ts";
import { UpstreamSettings } from "../../../src/model/upstream.ts";
import type { BuiltGatehouse } from "./built-worker.ts";

export interface EdgeApi {
  readonly target: string;
  readonly policies?: readonly unknown[];
  readonly timeouts?: Partial<UpstreamSettings["timeouts"]>;
  /** Method and path template of each route; without them every method of every path. */
  readonly routes?: readonly (readonly [string, string])[];
}

const host = "api.localhost";
const everyRoute = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map(
  (method) => [method, "/{path+}"] as const,
);

/** Serves APIs at `api.localhost`, version `v1` in the path, by their prefix. To be called once, before the first call. */
export async function serveAtEdge(gatehouse: BuiltGatehouse, apis: Readonly<Record<string, EdgeApi>>): Promise<void> {
  const kv = (await gatehouse.miniflare.getKVNamespace("REGISTRY")) as unknown as KVNamespace;
  const put = async (key: (hash: string) => string, value: object): Promise<string> => {
    const json = JSON.stringify(value);
    const hash = await contentHash(json);
    await kv.put(key(hash), json);
    return hash;
  };
  const programOf = (id: string, { policies = [], timeouts = {}, routes = everyRoute }: EdgeApi): RevisionProgram => ({
    format: 1,
    kind: "revision",
    workspace: "ws_edge",
    api: `api_${id}`,
    version: `ver_${id}`,
    revision: `rev_${id}`,
    style: "rest",
    routes: routes.map(([method, path]) => ({ operation: `${method} ${path}`, method, path })),
    policies: policies.map((entry) => PolicyEntry.parse(entry)),
    upstream: UpstreamSettings.parse({ timeouts }),
  });
  const global: GlobalProgram = { format: 1, kind: "global", policies: [], workspaces: {}, sequence: 0 };
  const buckets: Root["buckets"] = {};
  for (const [prefix, api] of Object.entries(apis)) {
    const id = prefix.slice(1);
    const program = await put(programKey, programOf(id, api));
    const bucket: Bucket = { format: 1, apis: [bucketApi(id, prefix, api, program)] };
    buckets[String(bucketIndex(host, firstSegment(prefix)))] = await put(bucketKey, bucket);
  }
  const root: Root = { format: 1, sequence: 1, global: await put(programKey, global), buckets };
  await kv.put(rootKey, JSON.stringify(root));
}

function bucketApi(id: string, prefix: string, { target }: EdgeApi, program: string): BucketApi {
  return {
    host,
    prefix,
    workspace: "ws_edge",
    environment: "env_edge",
    api: { id: `api_${id}`, slug: id, name: id },
    style: "rest",
    selector: { in: "path" },
    defaultVersion: null,
    fallback: "refuse",
    isPublic: false,
    products: [],
    versions: [
      {
        id: `ver_${id}`,
        name: "v1",
        state: "published",
        program,
        targets: [{ url: target, weight: 1 }],
        successor: null,
        deprecatedAt: null,
        sunsetAt: null,
        guideUrl: null,
        brownouts: [],
        canary: null,
        sequence: 1,
      },
    ],
  };
}
