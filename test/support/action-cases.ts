import { desc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { ask, perform, platformWorkspace, type Action, type Query } from "../../src/actions/action.ts";
import { Problem, type Finding } from "../../src/model/problem.ts";
import { registry, type Registry } from "./registry.ts";
import { openShop, type Shop } from "./stock.ts";

/** What must be shown for one action or query. */
export interface ActionCase {
  readonly does: Action | Query;
  /** A valid input in a workspace that has a shop (test/support/stock.ts). */
  readonly input: (shop: Shop, ctx: Registry) => unknown;
  /** An invalid one, and where it is wrong. */
  readonly wrong: { readonly input: Record<string, unknown>; readonly pointers: readonly string[] };
  /** The input names nothing that could be another workspace's. */
  readonly names?: "nothing";
  /** Scopes that it takes beside its own, because they are given on. */
  readonly gives?: readonly string[];
  /** Prepares what only this one needs. */
  readonly before?: (shop: Shop, ctx: Registry) => Promise<unknown>;
}

const run = (does: Action | Query, ctx: Registry, input: unknown, expectedVersion?: number): Promise<unknown> =>
  does.kind === "query"
    ? ask(does, ctx, input)
    : perform(does, ctx, input, expectedVersion === undefined ? {} : { expectedVersion });

async function refusal(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error("was not refused");
}

/** The cases that every action and query has, for all of an area. None may be left out but what has `others`' own tests. */
export function describeArea(
  area: Readonly<Record<string, unknown>>,
  cases: readonly ActionCase[],
  others: readonly string[] = [],
): void {
  it("has a case for everything in the area", () => {
    const all = (Object.values(area) as (Action | Query)[]).map(({ name }) => name);
    expect([...cases.map(({ does }) => does.name), ...others].sort()).toEqual(all.sort());
  });
  describe.each(cases.map((one) => [one.does.name, one] as const))("%s", (_name, one) => {
    const { does } = one;

    it("refuses whoever lacks the scope, and input that is wrong, by its place", async () => {
      const ctx = await registry();
      const input = one.wrong.input;
      const other = ["audit:read", "usage:read"].find((scope) => scope !== does.scope) ?? "";
      const scopeless = ctx.as({ scopes: [other], workspace: null });
      expect((await refusal(run(does, scopeless, input))).code).toBe("scope-missing");
      const wrong = await refusal(run(does, ctx, input));
      expect(wrong.code).toBe("input-invalid");
      const errors = wrong.members["errors"] as readonly Finding[];
      expect(errors.map(({ pointer }) => pointer)).toEqual(one.wrong.pointers);
    });

    it("acts, answers by its schema, leaves its trail, and keeps to its workspace", async () => {
      const ctx = await registry();
      const shop = await openShop(ctx);
      await one.before?.(shop, ctx);
      const input = one.input(shop, ctx);

      const bound = ctx.as({ scopes: ["*"], workspace: "another" });
      expect((await refusal(run(does, bound, input))).code).toBe(
        does.realm === "platform" ? "scope-missing" : "resource-not-found",
      );
      if (one.names !== "nothing") {
        const elsewhere = await registry();
        expect((await refusal(run(does, elsewhere, input))).code).toBe("resource-not-found");
      }
      if (does.kind === "action") {
        expect((await refusal(run(does, ctx, input, 4_711))).code).toBe("version-conflict");
      }

      const output = await run(does, ctx.as({ scopes: [does.scope, ...(one.gives ?? [])], workspace: null }), input);
      expect(does.output.parse(output)).toEqual(output);
      const workspace = does.realm === "platform" ? platformWorkspace : ctx.workspace;
      const [row] = await ctx.db
        .select()
        .from(audit)
        .where(eq(audit.workspace, workspace))
        .orderBy(desc(audit.sequence))
        .limit(1);
      if (does.kind === "query") {
        expect(row?.action).not.toBe(does.name);
      } else {
        expect(row).toMatchObject({ action: does.name, actor: "tok_other", requestId: "req_test" });
        expect(JSON.stringify(row)).not.toMatch(/gh_(live|admin)_[\w-]{20}/);
      }
    });
  });
}
