/**
 * @module Programs: what the management plane compiles and the gateway runs. This file is where the two meet.
 *
 * KV holds `root` (mutable, the newest sequence wins), `bucket:<hash>` and `program:<hash>` (immutable, content-addressed,
 * SHA-256). The gateway reads its own format and the one before; a field is only ever added within a major.
 */
import * as z from "zod";
import { PolicyList } from "./policy-entry.ts";
import { Target, UpstreamSettings } from "./upstream.ts";

export const programFormat = 1;

export const Style = z.enum([
  "rest",
  "graphql",
  "soap",
  "json-rpc",
  "connect",
  "grpc-web",
  "websocket",
  "webhook",
  "queue",
  "mcp",
]);
export type Style = z.output<typeof Style>;

export const VersionState = z.enum(["draft", "published", "deprecated", "retired"]);
export type VersionState = z.output<typeof VersionState>;

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "Write a header name, such as Api-Version.");

/** Where a call says which version it wants. */
export const VersionSelector = z.discriminatedUnion("in", [
  z.strictObject({ in: z.literal("path") }).describe("The path segment after the API's prefix: /books/v1/…"),
  z.strictObject({ in: z.literal("header"), name: headerName }).describe("A header that holds the version's name."),
  z.strictObject({ in: z.literal("query"), name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/) }),
  z
    .strictObject({
      in: z.literal("media-type"),
      vendor: z
        .string()
        .regex(/^vnd\.[A-Za-z0-9.-]{1,60}$/, "Write the vendor's tree, such as vnd.acme.")
        .optional()
        .describe("vnd.acme: the version stands in the type, as application/vnd.acme.v2+json."),
      parameter: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/, "Write a parameter's name, such as version.")
        .optional()
        .describe("version: the version stands in a parameter of the type, as application/json;version=v2."),
    })
    .refine(({ vendor, parameter }) => (vendor === undefined) !== (parameter === undefined), {
      error: "Name a vendor or a parameter, and not both.",
    })
    .describe("The media types of Accept, else of Content-Type."),
  z
    .strictObject({ in: z.literal("date"), name: headerName })
    .describe(
      "A header that holds a date: the newest version that is not after it answers. Versions are named by dates.",
    ),
]);
export type VersionSelector = z.output<typeof VersionSelector>;

/** What answers a call that names a version which is not there. */
export const VersionFallback = z.enum(["refuse", "default"]);
export type VersionFallback = z.output<typeof VersionFallback>;

/** A route: one operation at a method and a path template below the version's base, such as `/books/{isbn}`. */
export const Route = z.object({
  operation: z.string(),
  method: z.string(),
  path: z.string(),
  /** Policies of this operation alone; they run after the revision's. */
  policies: PolicyList.optional(),
});
export type Route = z.output<typeof Route>;

/** One revision, compiled. */
export const RevisionProgram = z.object({
  format: z.literal(programFormat),
  kind: z.literal("revision"),
  workspace: z.string(),
  api: z.string(),
  version: z.string(),
  /** Content address of the revision. */
  revision: z.string(),
  style: Style,
  routes: z.array(Route),
  policies: PolicyList,
  upstream: UpstreamSettings,
});
export type RevisionProgram = z.output<typeof RevisionProgram>;

/** A workspace's own policy list, which runs after the global one and before the revision's, and its policy sets. */
export const WorkspaceProgram = z.object({
  format: z.literal(programFormat),
  kind: z.literal("workspace"),
  workspace: z.string(),
  policies: PolicyList,
  /** By short name: what this list and those of revisions name. */
  sets: z.record(z.string(), PolicyList).default({}),
  /** The change that set any of it: the revision of the limits that it defines. */
  sequence: z.int().default(0),
});
export type WorkspaceProgram = z.output<typeof WorkspaceProgram>;

/** The platform's policy list, and the hash of each workspace's program that has any policy. */
export const GlobalProgram = z.object({
  format: z.literal(programFormat),
  kind: z.literal("global"),
  policies: PolicyList,
  workspaces: z.record(z.string(), z.string()),
  sequence: z.int().default(0),
});
export type GlobalProgram = z.output<typeof GlobalProgram>;

export const Program = z.discriminatedUnion("kind", [RevisionProgram, WorkspaceProgram, GlobalProgram]);
export type Program = z.output<typeof Program>;

export const BucketVersion = z.object({
  id: z.string(),
  name: z.string(),
  state: VersionState,
  /** Hash of the revision's program. */
  program: z.string(),
  targets: z.array(Target),
  /** Name of the version that follows, where one is named. */
  successor: z.string().nullable(),
  /** Epoch ms; null unless it is deprecated. */
  deprecatedAt: z.int().nullable().default(null),
  /** Epoch ms at which its callers are told that it ends. */
  sunsetAt: z.int().nullable().default(null),
  /** Page of the operator's own about how to move on. */
  guideUrl: z.string().nullable().default(null),
  /** Times in which it refuses its calls, in their order; epoch ms, `to` is outside. */
  brownouts: z
    .array(z.object({ from: z.int(), to: z.int() }))
    .readonly()
    .default([]),
  /** What a share of callers gets instead: another revision, and the change that began it. */
  canary: z
    .object({ revision: z.string(), program: z.string(), percent: z.number(), sequence: z.int() })
    .nullable()
    .default(null),
  /** The change that put this revision here, by publish or rollback: the revision of the limits that it defines. */
  sequence: z.int().default(0),
});
export type BucketVersion = z.output<typeof BucketVersion>;

/** An API at one host and prefix, in one environment. Drafts never appear here. */
export const BucketApi = z.object({
  /** Lower-case host without port, or `*` for any host. */
  host: z.string(),
  /** `/` or a prefix without a closing slash, such as `/books`. */
  prefix: z.string(),
  workspace: z.string(),
  environment: z.string(),
  api: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  style: Style,
  selector: VersionSelector,
  /** Name of the version that answers when a call names none, or null. */
  defaultVersion: z.string().nullable(),
  /** Whether the default version also answers calls that name one which is not there. A retired one is there. */
  fallback: VersionFallback.default("refuse"),
  /** Whether it has pages in the portal. */
  isPublic: z.boolean().default(false),
  /** Ids of the products in which the API stands. */
  products: z.array(z.string()),
  versions: z.array(BucketVersion),
});
export type BucketApi = z.output<typeof BucketApi>;

export const Bucket = z.object({ format: z.literal(programFormat), apis: z.array(BucketApi) });
export type Bucket = z.output<typeof Bucket>;

/** What is current. `buckets` maps a bucket's index (0–255) to its hash; an index that is missing holds nothing. */
export const Root = z.object({
  format: z.literal(programFormat),
  sequence: z.int(),
  global: z.string(),
  buckets: z.record(z.string(), z.string()),
});
export type Root = z.output<typeof Root>;

export const bucketCount = 256;

/** The first segment of a path or prefix, percent-decoding left alone: `/books/v1` → `books`, `/` → the empty string. */
export function firstSegment(path: string): string {
  const end = path.indexOf("/", 1);
  return end === -1 ? path.slice(1) : path.slice(1, end);
}

/** The bucket of a host and first path segment: FNV-1a over `host/segment`, modulo 256. */
export function bucketIndex(host: string, segment: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${host}/${segment}`) {
    hash ^= char.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % bucketCount;
}

export const rootKey = "root";
export const programKey = (hash: string): string => `program:${hash}`;
export const bucketKey = (hash: string): string => `bucket:${hash}`;

/** Content address of a program or bucket: 32 hex digits of SHA-256 over its JSON, so that 256 of them fit the root. */
export async function contentHash(json: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(json));
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
