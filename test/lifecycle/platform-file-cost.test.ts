import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { contents } from "../../schema/contents.ts";
import { perform } from "../../src/actions/action.ts";
import { applyPlatformFile } from "../../src/lifecycle/apply-platform-file.ts";
import { registry, type Registry } from "../support/registry.ts";

/** A workspace whose file has `count` APIs, each with a version that is served in two environments. */
function fileOf(r: Registry, count: number, path: string): object {
  const target = [{ url: "https://up.example" }];
  const version = { state: "published", operations: { list: `GET /${path}` }, upstream: "up" };
  return {
    format: 1,
    workspace: r.workspace,
    environments: { production: { hosts: [r.host] }, staging: { hosts: [`staging.${r.host}`] } },
    upstreams: { up: { targets: { production: target, staging: target } } },
    apis: Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`api-${n}`, { name: "A", prefix: `/a${n}`, versions: { v1: version } }]),
    ),
  };
}

/** The registry over a database that counts what it is asked: statements, and calls that carry them. */
function counted(r: Registry): { readonly ctx: Registry; readonly take: () => { statements: number; calls: number } } {
  let statements = 0;
  let calls = 0;
  const database = new Proxy(env.DB, {
    get(target, key) {
      if (key === "prepare") {
        return (text: string) => {
          statements += 1;
          calls += 1;
          return target.prepare(text);
        };
      }
      if (key !== "batch") return Reflect.get(target, key) as unknown;
      return (prepared: D1PreparedStatement[]) => {
        calls += 1 - prepared.length;
        return target.batch(prepared);
      };
    },
  });
  // What the edge is told afterwards is another matter: see distribute.test.ts.
  const effects = { ...r.effects, distribute: async () => {} };
  return {
    ctx: { ...r, effects, db: drizzle(database) },
    take: () => {
      const taken = { statements, calls };
      [statements, calls] = [0, 0];
      return taken;
    },
  };
}

/** What planning and applying ask of D1 where `count` APIs are new, and where each has a new revision. */
async function costOf(count: number) {
  const { ctx, take } = counted(await registry());
  const run = async (path: string) => {
    const file = fileOf(ctx, count, path);
    const { planId } = await perform(applyPlatformFile, ctx, { file, plan: true });
    const plan = take();
    expect(await perform(applyPlatformFile, ctx, { file, planId })).toMatchObject({ applied: true });
    return { plan, apply: take() };
  };
  return { created: await run("first"), changed: await run("second") };
}

describe("what a file costs", () => {
  it("does not follow from how many versions change", { timeout: 60_000 }, async () => {
    const [few, many] = [await costOf(2), await costOf(60)];
    // Queries and rows travel by hundreds: 58 versions more, each in two environments, are a handful of statements more.
    for (const [small, large] of [
      [few.created, many.created],
      [few.changed, many.changed],
    ] as const) {
      expect(large.plan.statements - small.plan.statements).toBeLessThanOrEqual(2);
      expect(large.apply.statements - small.apply.statements).toBeLessThanOrEqual(10);
      expect(large.apply.calls - small.apply.calls).toBeLessThanOrEqual(6);
    }
    // The free plan's bound for one request.
    expect(many.changed.apply.statements).toBeLessThanOrEqual(50);
  });

  it("stores everything that is pointed to, once", { timeout: 60_000 }, async () => {
    const r = await registry();
    const file = fileOf(r, 120, "once");
    const { planId } = await perform(applyPlatformFile, r, { file, plan: true });
    await perform(applyPlatformFile, r, { file, planId });
    const kept = await r.db.select().from(contents).where(eq(contents.workspace, r.workspace));
    expect(kept.filter(({ kind }) => kind === "revision")).toHaveLength(1);
    const programs = kept.filter(({ kind }) => kind === "program").map(({ id }) => `program:${id}`);
    expect(programs.length).toBeGreaterThanOrEqual(120);
    expect(programs.every((key) => r.edge.puts.has(key))).toBe(true);
    expect(await perform(applyPlatformFile, r, { file, plan: true })).toMatchObject({ changes: [] });
  });
});
