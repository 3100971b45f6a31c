/** Long answers that are paid by their size: what they have cost is told while they run, and they end with the credit. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { PlanLimits } from "../../src/model/limit.ts";
import { creditKey } from "../../src/model/plan-definitions.ts";
import { testGateway } from "../support/gateway.ts";

const url = "https://api.test/shop/v1/books";
const policies = [
  { id: "key", type: "require-key" },
  { id: "door", type: "require-principal" },
  { id: "cost", type: "call-cost", config: { units: 2, from: { of: "response-bytes", bytesPerUnit: 1_000 } } },
];
const plan: PlanLimits = { mode: "exact", onFailure: "refuse", limits: [], credit: {} };

/** A call whose answer goes on for as long as the test writes, by a key with so much credit. */
async function stream(units: number) {
  const gateway = testGateway();
  gateway.publish({ policies, products: ["prod_1"] });
  const key = await gateway.key(plan);
  const { workspace, environment, application: id } = gateway.ids;
  const ledger = env.LEDGER.getByName(ledgerName({ subject: "app", workspace, environment, id }));
  const always = { serial: 1, priority: 100, effectiveAt: 0, expiresAt: null, voided: false };
  await ledger.fund({ key: creditKey("sub_1"), grants: [{ id: "gra_1", units, ...always }] });
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  gateway.upstream = () => new Response(readable);
  const response = await gateway.call(url, { headers: { "x-api-key": key } });
  const reader = response.body?.getReader();
  /** A kilobyte is a unit. */
  const pass = async (kilobytes: number): Promise<void> => {
    for (let sent = 0; sent < kilobytes; sent += 1) {
      await Promise.all([writer.write(new Uint8Array(1_000)), reader?.read()]);
    }
  };
  const balances = async () => (await ledger.peek()).credits?.[0]?.grants[0]?.balances;
  const grant = { id: "gra_1", units, ...always };
  const takeBack = () => ledger.fund({ key: creditKey("sub_1"), grants: [{ ...grant, serial: 2, voided: true }] });
  return { gateway, pass, balances, writer, reader, takeBack };
}

it("tells what it has cost so far, beyond what was reserved too, and nothing twice at its end", async () => {
  const { gateway, pass, balances, writer, reader } = await stream(100);
  await pass(30);
  await vi.waitFor(async () => expect(await balances()).toMatchObject({ consumed: 30, available: 70, escrow: 0 }), {
    timeout: 8_000,
    interval: 100,
  });
  await pass(10);
  await Promise.all([writer.close(), reader?.read()]);
  await vi.waitFor(() => expect(gateway.usage).toMatchObject([{ units: 40, aborted: false }]));
  await gateway.settle();
  expect(await balances()).toMatchObject({ consumed: 40, available: 60, escrow: 0 });
}, 20_000);

it("is ended when nothing is left to pay it", async () => {
  const { gateway, pass, balances, writer, reader } = await stream(5);
  await pass(7);
  await vi.waitFor(() => expect(pass(1)).rejects.toThrow(), { timeout: 8_000, interval: 50 });
  await vi.waitFor(() => expect(gateway.usage).toMatchObject([{ aborted: true }]));
  void writer.abort().catch(() => undefined);
  void reader?.cancel().catch(() => undefined);
  await gateway.settle();
  expect(await balances()).toMatchObject({ consumed: 5, available: 0, escrow: 0 });
}, 20_000);

it("is ended when what pays for it was taken back, or used up by others, long after any other call", async () => {
  const { gateway, pass, balances, takeBack } = await stream(10_000);
  await pass(5);
  await vi.waitFor(async () => expect(await balances()).toMatchObject({ consumed: 5 }), {
    timeout: 8_000,
    interval: 100,
  });
  await takeBack();
  await vi.waitFor(() => expect(pass(1)).rejects.toThrow(), { timeout: 10_000, interval: 50 });
  await vi.waitFor(() => expect(gateway.usage).toMatchObject([{ aborted: true }]));
  await gateway.settle();
  expect(await balances()).toMatchObject({ available: 0, escrow: 0, voided: 9_995 });
}, 30_000);
