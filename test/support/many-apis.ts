/**
 * @module Thousands of published APIs without thousands of publications: one is made by the actions, the others are copies of its
 * rows (multiply-apis.ts). Then the real distribution builds their buckets.
 */
import { env } from "cloudflare:workers";
import { perform } from "../../src/actions/action.ts";
import type { Context } from "../../src/actions/context.ts";
import { distribute } from "../../src/actions/effect.ts";
import { catalog } from "../../src/catalog/index.ts";
import { runDistribution } from "../../src/lifecycle/distribute.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { chunks } from "../../src/model/chunks.ts";
import { bucketCount, bucketIndex } from "../../src/model/program.ts";
import { multiplyApis } from "./multiply-apis.ts";

const routes = 10;

export interface ManyApis {
  /** Adds published copies until there are `count` APIs, the first among them. */
  growTo(count: number): Promise<void>;
}

/** Makes the API `api-0`, with one published version `v1` of ten routes. */
export async function manyApis(ctx: Context & { readonly host: string }): Promise<ManyApis> {
  const targets = { production: [{ url: "https://origin.example" }] };
  await perform(catalog.createUpstream, ctx, { slug: "origin", targets });
  await perform(catalog.createApi, ctx, { slug: "api-0", name: "An API", prefix: "/api-0" });
  const operations = Array.from({ length: routes }, (_, n) => ({
    id: `get-${n}`,
    method: "GET" as const,
    path: `/things-${n}/{id}`,
  }));
  const policies = [{ id: "key", type: "require-key" }];
  await perform(catalog.createVersion, ctx, { api: "api-0", name: "v1", upstream: "origin", operations, policies });
  await perform(lifecycle.publishVersion, ctx, { api: "api-0", version: "v1" });
  let made = 1;
  return {
    async growTo(count) {
      const { workspace, host } = ctx;
      await multiplyApis(env.DB, { workspace, host, from: made, to: count });
      const numbers = Array.from({ length: count - made }, (_, index) => made + index);
      const touched = [...new Set(numbers.map((n) => bucketIndex(host, `api-${n}`)))];
      for (const buckets of chunks(touched, bucketCount / 8)) {
        await runDistribution([distribute({ buckets }).payload], ctx);
      }
      made = count;
    },
  };
}
