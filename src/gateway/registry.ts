/**
 * @module The registry as an isolate holds it: buckets and programs, found by hash, kept while they are used.
 *
 * A hash that the root names exists. Where it cannot be read yet (KV remembers what was not there for a minute), the bucket
 * or program before it goes on serving, and the next call tries again.
 */
import type { BucketApi, Program, RevisionProgram, Root } from "../model/program.ts";
import { bucketIndex, firstSegment } from "../model/program.ts";
import { Problem } from "../model/problem.ts";
import { recent } from "../model/recent.ts";
import type { Currency } from "./currency.ts";
import { chooseApi } from "./match.ts";
import type { RegistrySource } from "./ports.ts";

const bucketsMax = 128;
const programsMax = 512;

export interface Registry {
  /** Null if nothing is served at this host and path. */
  locate(host: string, path: string): Promise<BucketApi | null>;
  revision(hash: string, version: string): Promise<RevisionProgram>;
  /** The platform's and the workspace's policy lists. */
  lists(workspace: string): Promise<Lists>;
}

export interface Lists {
  readonly global: Extract<Program, { kind: "global" }>;
  readonly workspace: Extract<Program, { kind: "workspace" }> | null;
}

export function createRegistry(source: RegistrySource, currency: Currency): Registry {
  const buckets = recent<readonly BucketApi[]>(bucketsMax);
  const programs = recent<Program>(programsMax);
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
    const read = await source.bucket(hash);
    if (read !== null) {
      buckets.set(hash, read.apis);
      before.set(name, { hash });
      return read.apis;
    }
    const old = buckets.get(before.get(name)?.hash ?? "");
    if (old === undefined) throw unavailable(name);
    return old;
  }

  async function program(hash: string, name: string): Promise<Program> {
    const known = programs.get(hash);
    if (known !== undefined) return known;
    const read = await source.program(hash);
    if (read !== null) {
      programs.set(hash, read);
      before.set(name, { hash });
      return read;
    }
    const old = programs.get(before.get(name)?.hash ?? "");
    if (old === undefined) throw unavailable(`program of ${name}`);
    return old;
  }

  return {
    async locate(host, path) {
      const root = held();
      const indices = new Set<number>();
      for (const name of [host, "*"]) {
        for (const segment of ["", firstSegment(path)]) indices.add(bucketIndex(name, segment));
      }
      const known = [...indices].filter((index) => root.buckets[String(index)] !== undefined);
      if (known.length === 0) return null;
      // The global list is read along: whatever is found will need it.
      const [found] = await Promise.all([
        Promise.all(known.map((index) => bucket(root, index))),
        program(root.global, "global"),
      ]);
      return chooseApi(found.flat(), host, path);
    },
    async revision(hash, version) {
      const found = await program(hash, version);
      if (found.kind !== "revision") throw unavailable(`${hash} is no revision`);
      return found;
    },
    async lists(workspace) {
      const root = held();
      const global = await program(root.global, "global");
      if (global.kind !== "global") throw unavailable(`${root.global} is no global program`);
      const hash = global.workspaces[workspace];
      const own = hash === undefined ? null : await program(hash, `workspace ${workspace}`);
      return { global, workspace: own?.kind === "workspace" ? own : null };
    },
  };
}

function unavailable(cause: string): Problem {
  return new Problem("registry-unavailable", {
    detail: "The gateway cannot read what is served here at the moment. Try again in a few seconds.",
    headers: { "Retry-After": "5" },
    cause,
  });
}
