import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createLeases } from "../../src/gateway/leases.ts";
import type { Demand } from "../../src/gateway/leases.ts";

const definition = {
  key: "plan_1/hourly",
  revision: 1,
  limit: { name: "hourly", algorithm: "fixed-window", callsMax: 100, windowMs: 3_600_000 },
} as const;

it("admits exactly 100 in exact mode", async () => {
  const background: Promise<unknown>[] = [];
  const leases = createLeases({
    ledger: { ask: async (ledger, ask) => await env.LEDGER.getByName(ledger).ask(ask) },
    now: () => Date.now(),
    wait: (ms) => scheduler.wait(ms),
    makeId: () => crypto.randomUUID(),
  });
  const demand: Demand = {
    ledger: "app:ws_1:env_1:app_exact",
    definitions: [definition],
    cost: 1,
    mode: "exact",
    onFailure: "refuse",
  };
  let ok = 0;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (let call = 0; call < 10; call += 1)
        if ((await leases.admit([demand], (work) => background.push(work))).ok) ok += 1;
    }),
  );
  expect(ok).toBe(100);
});
