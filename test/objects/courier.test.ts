import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { expect, it } from "vitest";
import { outbox } from "../../schema/actions.ts";
import { distribute } from "../../src/actions/effect.ts";
import { Root } from "../../src/model/program.ts";

const courier = () => env.COURIER.getByName("courier");

it("brings what is owed to the edge, keeps what it cannot do, and rests when nothing is left", async () => {
  const db = drizzle(env.DB);
  const row = { workspace: "default", attempts: 0, dueAt: 0 };
  await db.insert(outbox).values({ id: "out_1", ...row, ...distribute({ policies: true }) });
  await db.insert(outbox).values({ id: "out_2", ...row, kind: "unheard-of", payload: {} });
  await courier().wake();
  await courier().wake();
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  expect(await db.select().from(outbox)).toMatchObject([{ id: "out_2", attempts: 1 }]);
  const stored = Root.parse(await env.REGISTRY.get("root", "json"));
  const { root } = await env.BEACON.getByName("beacon").since({ root: -1, cursor: 0 });
  expect(stored).toEqual(root);
  expect(await env.REGISTRY.get(`program:${stored.global}`, "json")).toMatchObject({ kind: "global" });

  // Armed again for what is left; once that is gone, nothing is.
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  await db.delete(outbox).where(eq(outbox.id, "out_2"));
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  expect(await runDurableObjectAlarm(courier())).toBe(false);
});
