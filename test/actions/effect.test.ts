import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { outbox } from "../../schema/actions.ts";
import type { Touched } from "../../src/actions/context.ts";
import { distribute, firstRows, runDueEffects } from "../../src/actions/effect.ts";
import { registry, type Registry } from "../support/registry.ts";

const rowOf = (id: string, touched: Partial<Touched>) => ({ id, attempts: 0, ...distribute(touched) });

describe("what is owed", () => {
  it("is done, but for the row that cannot be", async () => {
    const ctx = await registry();
    const row = { workspace: ctx.workspace, dueAt: 0 };
    for (const id of ["api_1", "api_bad", "api_2"]) {
      await ctx.db.insert(outbox).values({ ...row, ...rowOf(`${ctx.workspace}_${id}`, { apis: [id] }) });
    }
    const done: string[] = [];
    const strict: Registry = {
      ...ctx,
      effects: {
        ...ctx.effects,
        async distribute(payloads) {
          const apis = payloads.flatMap((one) => one.apis);
          if (apis.includes("api_bad")) throw new Error("cannot be built");
          done.push(...apis);
        },
      },
    };
    const next = await runDueEffects(strict);
    expect(done).toEqual(["api_1", "api_2"]);
    expect(await ctx.db.select().from(outbox)).toMatchObject([{ id: `${ctx.workspace}_api_bad`, attempts: 1 }]);
    expect(next).toBeGreaterThan(Date.now());
    await ctx.db.delete(outbox).where(eq(outbox.workspace, ctx.workspace));
  });

  it("is taken in runs that one request can do: by rows, and by the records in them", () => {
    const records = Array.from({ length: 40 }, (_, n) => ({ kind: "plan" as const, id: `pln_${n}` }));
    const many = Array.from({ length: 30 }, (_, n) => rowOf(`out_${n}`, { apis: ["api_1"] }));
    const heavy = Array.from({ length: 30 }, (_, n) => rowOf(`out_${n}`, { records }));
    expect(firstRows(many)).toEqual(many.slice(0, 20));
    expect(firstRows(heavy)).toEqual(heavy.slice(0, 5));
    expect(firstRows(heavy.slice(0, 3))).toHaveLength(3);
    // Whatever stands first is taken, even if no other could be.
    const huge = rowOf("out_huge", { records: Array.from({ length: 300 }, () => records[0] ?? never()) });
    expect(firstRows([huge, ...many])).toEqual([huge]);
  });
});

function never(): never {
  throw new Error("there are records");
}
