/**
 * @module The registry as an isolate holds it: buckets and programs, found by hash, kept while they are used.
 *
 * A hash that the root names exists. Where it cannot be read yet (KV remembers what was not there for a minute), the bucket
 * or program before it goes on serving, and the next call tries again.
 */
import type { BucketApi, Program, RevisionProgram, Root } from "../model/program.ts";
import { bucketCount, bucketIndex, firstSegment } from "../model/program.ts";
import { Problem } from "../model/problem.ts";
import { recent } from "../model/recent.ts";
import { type Warm, whenThere } from "../model/warm.ts";
import type { Currency } from "./currency.ts";
import { chooseApi } from "./match.ts";
import type { RegistrySource } from "./ports.ts";

/** All of them, and as many that are on their way out: a bucket read anew is composed anew. */
const bucketsMax = 2 * bucketCount;
/** Versions in all of them, each about 1 KB. */
const versionsMax = 30_000;
const programsMax = 512;
/** Routes in all of them, each about half a KB. */
const routesMax = 20_000;
const nearMax = 4_096;
/** Callers make these keys: long ones are not worth the memory. */
const nearKeyMax = 256;

export interface Registry {
  /** Null if nothing is served at this host and path. */
  locate(host: string, path: string): Warm<BucketApi | null>;
  revision(hash: string, version: string): Warm<RevisionProgram>;
  /** The platform's and the workspace's policy lists. */
  lists(workspace: string): Warm<Lists>;
}

export interface Lists {
  readonly global: Extract<Program, { kind: "global" }>;
  readonly workspace: Extract<Program, { kind: "workspace" }> | null;
}

export function createRegistry(source: RegistrySource, currency: Currency): Registry {
  const buckets = recent<readonly BucketApi[]>(bucketsMax, { max: versionsMax, of: versionsIn });
  const programs = recent<Program>(programsMax, { max: routesMax, of: routesIn });
  /** What served last: by bucket index, version id and list name. */
  const before = recent<{ readonly hash: string }>(bucketsMax + programsMax);

  const held = (): Root => {
    const root = currency.root();
    if (root === null) throw unavailable("no root");
    return root;
  };

  async function bucket(root: Root, index: number): Promise<readonly BucketApi[]> {
    const hash = root.buckets[String(index)];
    if (hash === undefined) return [];
    const known = buckets.get(hash);
    if (known !== undefined) return known;
    const name = `bucket ${index}`;
    const read = await source.bucket(hash).catch(() => null);
    if (read !== null) {
      buckets.set(hash, read.apis);
      before.set(name, { hash });
      return read.apis;
    }
    const old = buckets.get(before.get(name)?.hash ?? "");
    if (old === undefined) throw unavailable(name);
    return old;
  }

  const program = (hash: string, name: string): Warm<Program> => programs.get(hash) ?? readProgram(hash, name);

  async function readProgram(hash: string, name: string): Promise<Program> {
    const read = await source.program(hash).catch(() => null);
    if (read !== null) {
      programs.set(hash, read);
      before.set(name, { hash });
      return read;
    }
    const old = programs.get(before.get(name)?.hash ?? "");
    if (old === undefined) throw unavailable(`program of ${name}`);
    return old;
  }

  /** APIs that may stand at a host and first segment, by both; of one root only. */
  const near = recent<readonly BucketApi[]>(nearMax);
  let nearOf: Root | null = null;

  function apisNear(host: string, segment: string): Warm<readonly BucketApi[]> {
    const root = held();
    if (nearOf !== root) {
      near.clear();
      nearOf = root;
    }
    const key = `${host}/${segment}`;
    return near.get(key) ?? readNear(root, host, segment, key);
  }

  async function readNear(root: Root, host: string, segment: string, key: string): Promise<readonly BucketApi[]> {
    const indices = indicesNear(root, host, segment);
    if (indices.length === 0) return [];
    // The global list is read along: whatever is found will need it.
    const [found] = await Promise.all([
      Promise.all(indices.map((index) => bucket(root, index))),
      program(root.global, "global"),
    ]);
    const apis = found.flat().filter((api) => mayStandAt(api, host, segment));
    // What stands in for a bucket that cannot be read yet is not remembered: the next call tries again.
    const isWhole = indices.every((index) => buckets.get(root.buckets[String(index)] ?? "") !== undefined);
    if (isWhole && nearOf === root && apis.length > 0 && key.length <= nearKeyMax) near.set(key, apis);
    return apis;
  }

  function listsOf(global: Program, workspace: string): Warm<Lists> {
    if (global.kind !== "global") return Promise.reject(unavailable(`${held().global} is no global program`));
    const hash = global.workspaces[workspace];
    if (hash === undefined) return { global, workspace: null };
    return whenThere(program(hash, `workspace ${workspace}`), (own) => ({
      global,
      workspace: own.kind === "workspace" ? own : null,
    }));
  }

  return {
    locate: (host, path) => whenThere(apisNear(host, firstSegment(path)), (apis) => chooseApi(apis, host, path)),
    revision: (hash, version) => whenThere(program(hash, version), (found) => revisionOf(found, hash)),
    lists: (workspace) => whenThere(program(held().global, "global"), (global) => listsOf(global, workspace)),
  };
}

/** An API weighs as a version of its own. */
function versionsIn(apis: readonly BucketApi[]): number {
  return apis.reduce((sum, { versions }) => sum + 1 + versions.length, 0);
}

/** A policy weighs as a route. */
function routesIn(program: Program): number {
  if (program.kind === "revision") return program.routes.length + program.policies.length;
  if (program.kind === "global") return program.policies.length;
  return program.policies.length + Object.values(program.sets).reduce((sum, set) => sum + set.length, 0);
}

/** Rejects rather than throws: whoever asks for several things at once must be able to await all of them. */
function revisionOf(found: Program, hash: string): Warm<RevisionProgram> {
  return found.kind === "revision" ? found : Promise.reject(unavailable(`${hash} is no revision`));
}

/** Buckets that hold anything for the host itself or any host, at this segment or at the root of the host. */
function indicesNear(root: Root, host: string, segment: string): number[] {
  const all = [host, "*"].flatMap((name) => [bucketIndex(name, ""), bucketIndex(name, segment)]);
  return [...new Set(all)].filter((index) => root.buckets[String(index)] !== undefined);
}

function mayStandAt({ host, prefix }: BucketApi, wanted: string, segment: string): boolean {
  return (host === wanted || host === "*") && (prefix === "/" || firstSegment(prefix) === segment);
}

function unavailable(cause: string): Problem {
  return new Problem("registry-unavailable", {
    detail: "The gateway cannot read what is served here at the moment. Try again in a few seconds.",
    headers: { "Retry-After": "5" },
    cause,
  });
}
