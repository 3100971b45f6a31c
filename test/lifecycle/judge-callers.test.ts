/** Who may not call any more is told to the ledgers, in the order of changes and not of arrivals. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { runDueEffects } from "../../src/actions/effect.ts";
import { consumers } from "../../src/consumers/index.ts";
import { catalog } from "../../src/catalog/index.ts";
import { kvEdge } from "../../src/platform/edge.ts";
import { registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

async function shop() {
  const base = await registry();
  return { base, ...(await openShop(base)) };
}

it("suspends an application at its ledgers in all environments, resumes it there, and never in the wrong order", async () => {
  const { base, application } = await shop();
  const sandbox = await perform(catalog.createEnvironment, base, { slug: "sandbox", name: "Sandbox" });
  await perform(consumers.suspendApplication, base, { application: "web" });
  const names = [base.environment, sandbox.id].map((id) => `app:${base.workspace}:${id}:${application.id}`).sort();
  expect(names).toHaveLength(2);
  const barred = () => base.edge.judged.filter(({ judgement }) => judgement.holds);
  expect(
    barred()
      .map(({ ledger }) => ledger)
      .sort(),
  ).toEqual(names);
  expect(barred().every(({ judgement }) => judgement.kind === "suspended")).toBe(true);
  const before = base.edge.judged.splice(0).map(({ judgement }) => judgement.serial);
  await perform(consumers.resumeApplication, base, { application: "web" });
  expect(Math.min(...base.edge.judged.map(({ judgement }) => judgement.serial))).toBeGreaterThan(Math.max(...before));
  expect(barred()).toEqual([]);
});

it("says whether it is a payment that is owed, and one reason does not outlast the other", async () => {
  const { base } = await shop();
  const told = () => base.edge.judged.splice(0).map(({ judgement: { kind, holds } }) => [kind, holds]);
  await perform(consumers.suspendApplication, base, { application: "web", because: "unpaid" });
  // What holds comes before what is lifted.
  expect(told()).toEqual([
    ["unpaid", true],
    ["suspended", false],
  ]);
  await perform(consumers.suspendApplication, base, { application: "web" });
  expect(told()).toEqual([
    ["suspended", true],
    ["unpaid", false],
  ]);
  // Neither a bill nor its payment changes what an operator has decided.
  const owed = perform(consumers.suspendApplication, base, { application: "web", because: "unpaid" });
  await expect(owed).rejects.toMatchObject({ code: "state-conflict" });
  const paid = await perform(consumers.resumeApplication, base, { application: "web", because: "paid" });
  expect([paid.state, told()]).toEqual(["suspended", []]);
  await perform(consumers.resumeApplication, base, { application: "web" });
  expect(told().map(([, holds]) => holds)).toEqual([false, false]);
});

it("tells ledgers nothing of changes that leave everybody's right to call as it was", async () => {
  const { base } = await shop();
  await perform(consumers.updateApplication, base, { application: "web", name: "Another name" });
  await perform(consumers.createKey, base, { application: "web" });
  expect(base.edge.judged).toEqual([]);
});

it("tells a ledger of a revoked credential once it can be reached again, and the ledger refuses that one alone", async () => {
  const { base, application, key } = await shop();
  const { id } = key;
  const real = kvEdge(env);
  let isDown = true;
  const edge = {
    ...base.edge,
    judge: async (...said: Parameters<typeof real.judge>) => {
      if (isDown) throw new Error("the ledger cannot be reached");
      await real.judge(...said);
    },
  };
  const ctx = { ...base, edge };
  await perform(consumers.revokeKey, ctx, { key: id });
  const ledger = env.LEDGER.getByName(`app:${base.workspace}:${base.environment}:${application.id}`);
  const ask = (seq: number, credential: string) =>
    ledger.ask({
      protocol: 1,
      holder: "h",
      seq,
      floor: seq,
      lease: 1,
      take: {},
      hold: {},
      spare: {},
      says: [],
      undo: [],
      report: null,
      credential,
    });
  expect(await ask(1, id)).toMatchObject({ ok: true });
  isDown = false;
  await runDueEffects({ ...ctx, now: () => Date.now() + 60_000 });
  expect(await ask(2, id)).toMatchObject({ ok: false, verdict: { kind: "revoked", credential: id } });
  expect(await ask(3, "another")).toMatchObject({ ok: true, verdict: null, revoked: [id] });
});
