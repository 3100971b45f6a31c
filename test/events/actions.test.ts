import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask } from "../../src/actions/action.ts";
import { events } from "../../src/events/index.ts";
import type { Ask } from "../../src/model/ledger/messages.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { CountedLimit, LimitDefinition, Quota } from "../../src/model/limit.ts";
import { noticesPort } from "../../src/platform/notices.ts";
import { describeArea } from "../support/action-cases.ts";
import { registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const noon = Date.UTC(2026, 10, 25, 12);

describeArea(events, [
  {
    does: events.listEvents,
    input: ({ application }) => ({ application: application.id }),
    wrong: { input: { kind: "flood" }, pointers: ["/kind"] },
  },
]);

describe("what a ledger tells of by itself", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
  afterEach(() => void vi.useRealTimers());

  /** An application's ledger with one limit, and what has been told of it. */
  async function scene(limit: CountedLimit) {
    const ctx = await registry();
    const { application, subscription } = await openShop(ctx);
    const { workspace, environment } = ctx;
    const ledger = env.LEDGER.getByName(ledgerName({ subject: "app", workspace, environment, id: application.id }));
    const key = `${subscription.id}/${limit.name}`;
    const define = (changed: CountedLimit, revision = 1): LimitDefinition => ({ key, revision, limit: changed });
    let seq = 0;
    const say = async (changes: Partial<Ask>, definition = define(limit)) => {
      seq += 1;
      const always = {
        protocol: 1,
        holder: "h",
        floor: seq,
        take: null,
        hold: {},
        spare: {},
        says: [],
        undo: [],
      } as const;
      return ledger.ask({ ...always, seq, lease: seq, report: null, definitions: [definition], ...changes });
    };
    const take = (units: number, definition?: LimitDefinition) => say({ take: { [key]: units } }, definition);
    const told = async () => {
      await runDurableObjectAlarm(ledger);
      const { items } = await ask(events.listEvents, ctx, { subscription: subscription.id });
      return items.map(({ kind, data }) => ({ kind, ...data }));
    };
    return { ctx, ledger, key, define, say, take, told, application, subscription };
  }

  const quota: Quota = { name: "per-day", algorithm: "quota", callsMax: 10, period: "day", warnAt: [80, 100] };
  const begun = { kind: "quota-threshold", max: 10, periodBegan: Date.UTC(2026, 10, 25) };

  it("tells of a quota at each mark, once a period, and again where the quota itself has changed", async () => {
    const { take, told, define } = await scene(quota);
    await take(7);
    expect(await told()).toEqual([]);
    await take(1);
    await take(1);
    vi.setSystemTime(noon + 5_000);
    expect(await told()).toEqual([{ ...begun, percent: 80, used: 8 }]);
    await take(1);
    vi.setSystemTime(noon + 65_000);
    expect(await told()).toEqual([
      { ...begun, percent: 80, used: 8 },
      { ...begun, percent: 100, used: 10 },
    ]);
    await take(7, define({ ...quota, callsMax: 20 }, 2));
    vi.setSystemTime(noon + 130_000);
    expect((await told()).slice(2)).toEqual([{ ...begun, percent: 80, used: 17, max: 20 }]);
    vi.setSystemTime(noon + 86_400_000);
    await take(20, define({ ...quota, callsMax: 20 }, 2));
    vi.setSystemTime(noon + 86_500_000);
    expect(await told()).toHaveLength(5);
  });

  it("tells of credit that runs low, and again after there was more", async () => {
    const { ledger, key, say, told } = await scene({ name: "credit", algorithm: "credit", warnBelow: [5, 3] });
    const grant = (id: string, units: number) => {
      const always = { serial: 1, priority: 1, effectiveAt: 0, expiresAt: null, voided: false };
      return ledger.fund({ key, grants: [{ id, units, ...always }] });
    };
    const spend = async (units: number) => {
      const { lease } = await say({ hold: { [key]: Math.max(1, units) } });
      await say({ says: [{ number: lease, final: true, pools: { [key]: { spent: units, returned: 0 } } }] });
    };
    await grant("gra_1", 8);
    await spend(2);
    await spend(2);
    vi.setSystemTime(noon + 65_000);
    expect(await told()).toEqual([{ kind: "credit-low", below: 5, left: 4 }]);
    // The limit is forgotten at rest; that it was told is not.
    for (const hours of [1, 2, 3]) {
      vi.setSystemTime(noon + hours * 3_600_000);
      await told();
    }
    vi.setSystemTime(noon + 3 * 3_600_000 + 1);
    await spend(0);
    expect(await told()).toHaveLength(1);
    vi.setSystemTime(noon + 4 * 3_600_000);
    await grant("gra_2", 4);
    await spend(1);
    await spend(5);
    vi.setSystemTime(noon + 4 * 3_600_000 + 65_000);
    // Both at the same moment, in whatever order.
    const later = (await told()).slice(1);
    expect(later).toHaveLength(2);
    expect(later).toEqual(expect.arrayContaining([5, 3].map((below) => ({ kind: "credit-low", below, left: 2 }))));
  });

  it("keeps an event once, however often it is told", async () => {
    const { ctx, application, subscription, key } = await scene(quota);
    const ledger = ledgerName({
      subject: "app",
      workspace: ctx.workspace,
      environment: ctx.environment,
      id: application.id,
    });
    const notice = { id: `${key} 1/10/80`, kind: "quota-threshold", key, at: noon, data: { percent: 80 } } as const;
    const port = noticesPort(env.DB);
    await port.store(ledger, [notice]);
    await port.store(ledger, [notice, { ...notice, id: `${key} 1/10/100`, data: { percent: 100 } }]);
    const { items } = await ask(events.listEvents, ctx, { application: "web", kind: "quota-threshold" });
    // Of the same moment, in whatever order.
    expect(new Set(items.map(({ data }) => data["percent"]))).toEqual(new Set([80, 100]));
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ subscription: subscription.id, limit: "per-day", createdAt: noon });
  });
});
