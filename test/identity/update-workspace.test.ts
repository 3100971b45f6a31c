import { expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import type { Context } from "../../src/actions/context.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";

/** The same registry, in which something happens after a change was decided and before it is committed, once. */
function interrupted(ctx: Registry, happens: () => Promise<unknown>): Context {
  let pending = true;
  const db = new Proxy(ctx.db, {
    get(target, name) {
      if (name !== "batch") return Reflect.get(target, name, target) as unknown;
      return async (...batch: Parameters<typeof target.batch>) => {
        if (pending) {
          pending = false;
          await happens();
        }
        return target.batch(...batch);
      };
    },
  });
  return { ...ctx, db };
}

/** The workspace's own way of renaming it: another chain than the platform's. */
async function renameByFile(ctx: Registry, name: string): Promise<void> {
  const hosts = [ctx.host];
  const file = { format: 1 as const, workspace: ctx.workspace, name, environments: { production: { hosts } } };
  const { planId } = await perform(lifecycle.applyPlatformFile, ctx, { file, plan: true });
  await perform(lifecycle.applyPlatformFile, ctx, { file, planId });
}

it("renames no workspace that its own file has renamed in between", async () => {
  const ctx = await registry();
  const late = interrupted(ctx, () => renameByFile(ctx, "By file"));
  const rename = { workspace: ctx.workspace, name: "By hand" };
  await expect(perform(identity.updateWorkspace, late, rename)).rejects.toMatchObject({ code: "state-conflict" });
  expect(await ask(identity.getWorkspace, ctx, {})).toMatchObject({ name: "By file", edition: 2 });
  expect((await ask(identity.listPlatformAudit, ctx, { target: ctx.workspace })).items).toEqual([]);
  expect(await perform(identity.updateWorkspace, late, rename)).toMatchObject({ name: "By hand", edition: 3 });
});

it("lets a rename of another workspace pass: both are made", async () => {
  const [ctx, other] = [await registry(), await registry()];
  const rename = (workspace: string, name: string) => ({ workspace, name });
  const late = interrupted(ctx, () => perform(identity.updateWorkspace, ctx, rename(other.workspace, "Other")));
  await perform(identity.updateWorkspace, late, rename(ctx.workspace, "Own"));
  expect(await ask(identity.getWorkspace, ctx, {})).toMatchObject({ name: "Own", edition: 2 });
  expect(await ask(identity.getWorkspace, other, {})).toMatchObject({ name: "Other", edition: 2 });
});
