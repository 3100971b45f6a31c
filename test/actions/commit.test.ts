import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { audit, outbox } from "../../schema/actions.ts";
import { upstreamTargets } from "../../schema/catalog.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { runDueEffects } from "../../src/actions/effect.ts";
import { commitProblem } from "../../src/actions/failure.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, stock } from "../support/stock.ts";

describe("changes that meet", () => {
  it("are all made where they have nothing to do with each other", { timeout: 30_000 }, async () => {
    const ctx = await registry();
    const made = Array.from({ length: 40 }, (_, n) =>
      perform(consumers.createOrganization, ctx, { slug: `org-${n}`, name: "x" }),
    );
    const ended = await Promise.allSettled(made);
    expect(ended.filter(({ status }) => status === "rejected")).toEqual([]);
    const rows = await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace));
    expect(rows).toHaveLength(40);
  });

  it("are told to come back, not that they conflict, where others are always faster", async () => {
    const ctx = await registry();
    let ms = 0;
    const db: Registry["db"] = Object.create(ctx.db, {
      batch: { value: () => Promise.reject(new Error("UNIQUE constraint failed: audit.workspace, audit.sequence")) },
    });
    const hurried: Registry = { ...ctx, db, now: () => (ms += 3_000) };
    await expect(perform(consumers.createOrganization, hurried, { slug: "acme", name: "Acme" })).rejects.toMatchObject({
      status: 503,
      headers: { "Retry-After": "2" },
    });
  });
});

describe("what a change owes", () => {
  it("is picked up within seconds where its isolate dies after the commit", async () => {
    const ctx = await registry();
    const { key } = await openShop(ctx);
    const armed: { withinMs: number | undefined; committed: boolean }[] = [];
    const owed = () => ctx.db.select().from(outbox).where(eq(outbox.workspace, ctx.workspace));
    const wakeCourier = async (withinMs?: number) => {
      armed.push({ withinMs, committed: (await owed()).length > 0 });
    };
    // The isolate's end, as the change sees it: its effect never returns.
    const dying: Registry = {
      ...ctx,
      edge: { ...ctx.edge, wakeCourier },
      effects: { ...ctx.effects, distribute: () => new Promise(() => undefined) },
    };
    void perform(consumers.revokeKey, dying, { key: key.id });
    await vi.waitFor(async () => expect(await owed()).toHaveLength(1));
    expect(armed).toEqual([{ withinMs: 4_000, committed: false }]);
    // What the Courier does then.
    const announced = ctx.edge.announced.length;
    await runDueEffects({ ...ctx, now: () => Date.now() + 4_000 });
    expect(ctx.edge.announced.slice(announced).flatMap(({ signals }) => signals)).toMatchObject([{ kind: "key" }]);
    expect(await owed()).toEqual([]);
  });

  it("costs no call to the Courier where it is nothing", async () => {
    const ctx = await registry();
    await perform(consumers.createOrganization, ctx, { slug: "acme", name: "Acme" });
    expect(ctx.edge.woken).toBe(0);
  });
});

describe("a change that is too large", () => {
  it("is refused where a bucket would pass what a row holds, and can be made smaller", async () => {
    const ctx = await registry();
    const { upstream } = await stock(ctx);
    const publish = () => perform(lifecycle.publishVersion, ctx, { api: "books", version: "v1" });
    // As an installation may have them from before addresses were bounded.
    for (let position = 1; position <= 30; position += 1) {
      const url = `https://t${position}.example/${"x".repeat(62_000)}`;
      const at = { workspace: ctx.workspace, upstream: upstream.id, environment: ctx.environment, position };
      await ctx.db.insert(upstreamTargets).values({ ...at, url, weight: 1 });
    }
    const announced = ctx.edge.announced.length;
    await expect(publish()).rejects.toMatchObject({
      code: "state-conflict",
      detail: expect.stringContaining("1.8 MB"),
    });
    expect((await ask(catalog.getVersion, ctx, { api: "books", version: "v1" })).state).toBe("draft");
    expect(ctx.edge.announced).toHaveLength(announced);
    await perform(catalog.updateUpstream, ctx, {
      upstream: "origin",
      targets: { production: [{ url: "https://books.example" }] },
    });
    expect((await publish()).version.state).toBe("published");
  });

  it("is refused with a reason where D1 takes a row for too large", () => {
    // The local D1 takes any; this is what Cloudflare's says.
    const error = new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG");
    expect(commitProblem(error)).toMatchObject({ code: "body-too-large", status: 413 });
  });

  it("cannot come by the address of a target", async () => {
    const ctx = await registry();
    const url = `https://books.example/${"x".repeat(2_048)}`;
    await expect(
      perform(catalog.createUpstream, ctx, { slug: "origin", targets: { production: [{ url }] } }),
    ).rejects.toMatchObject({ code: "input-invalid" });
  });
});
