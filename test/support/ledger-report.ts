import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Ask } from "../../src/model/ledger/messages.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { UsageCell } from "../../src/model/usage.ts";

let ledgers = 0;

/** The name of a ledger that nothing has asked yet. */
export const freshName = (): string =>
  ledgerName({ subject: "app", workspace: "ws_hours", environment: "env_1", id: `app_${(ledgers += 1)}` });

export function cell(minute: number, changes: Partial<UsageCell> = {}): UsageCell {
  return {
    minute,
    subscription: "sub_1",
    application: "app_1",
    api: "api_1",
    version: "ver_1",
    versionName: "v1",
    operation: "list",
    meter: "calls",
    calls: 1,
    units: 2,
    classes: { "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0 },
    histogram: [1],
    ...changes,
  };
}

let holders = 0;

/** Reports cells to a ledger, as an isolate of its own would that has nothing else to say. */
export async function report(ledger: string, ...cells: readonly UsageCell[]): Promise<void> {
  const ask: Ask = {
    protocol: 1,
    holder: `holder-${(holders += 1)}`,
    seq: 1,
    floor: 1,
    lease: 1,
    take: null,
    hold: {},
    spare: {},
    says: [],
    undo: [],
    report: { number: 1, cells: [...cells] },
  };
  await stub(ledger).ask(ask);
}

/** Takes D1's table away meanwhile; what alarms say of it is not for the test's reader. */
export async function withoutTotals(work: () => Promise<unknown>): Promise<void> {
  const silenced = vi.spyOn(console, "error").mockImplementation(() => {});
  await env.DB.exec("ALTER TABLE usage_totals RENAME TO totals_away");
  try {
    await work();
  } finally {
    await env.DB.exec("ALTER TABLE totals_away RENAME TO usage_totals");
    silenced.mockRestore();
  }
}

export const stub = (ledger: string) => env.LEDGER.getByName(ledger);

/** Has its alarm go off at that time. */
export async function alarmAt(ledger: string, at: number): Promise<void> {
  vi.setSystemTime(at);
  await runDurableObjectAlarm(stub(ledger));
}

/** A row of D1. */
interface Row {
  readonly hour: number;
  readonly operation: string;
  readonly calls: number;
  readonly units: number;
  readonly classes: string;
  readonly histogram: string;
  readonly report_version: number;
}

export async function rowsOf(ledger: string): Promise<Row[]> {
  const asked = env.DB.prepare("SELECT * FROM usage_totals WHERE source = ? ORDER BY hour, operation").bind(ledger);
  return (await asked.all<Row>()).results;
}
