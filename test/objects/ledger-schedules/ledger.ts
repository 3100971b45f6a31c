import type { JournalEntry } from "../../../src/model/ledger/credit-account.ts";
import type { Ask, Funding, Judgement, Reply } from "../../../src/model/ledger/messages.ts";
import { judge } from "../../../src/model/ledger/object.ts";
import { bookCell } from "../../../src/model/ledger/report.ts";
import type { UsageRow } from "../../../src/model/ledger/report.ts";
import type { LedgerRow } from "../../../src/model/ledger/restart.ts";
import type { LedgerRules, LedgerState } from "../../../src/model/ledger/state.ts";
import { emptyUpward } from "../../../src/model/ledger/slice.ts";
import { arm } from "../../../src/model/ledger/wake.ts";
import type { Above, AbovePorts } from "../../../src/objects/ledger/above.ts";
import { usageCellId, usageKeyId } from "../../../src/model/usage.ts";
import type { UsageCell } from "../../../src/model/usage.ts";
import type { VirtualTime } from "./clock.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import type { System, TotalsInD1 } from "./system.ts";

interface Instance {
  readonly state: LedgerState;
  /** Of a shard. */
  readonly above: Above | null;
  supersededAt: number;
  /** Its write failed. */
  isDead: boolean;
}

/** The Durable Object of a schedule: the shell of `objects/ledger.ts` over a disk that outlives its instances. */
export interface SimulatedLedger {
  ask(ask: Ask): Reply;
  /** The same of a shard, which may have to ask its ledger first. */
  askShard(ask: Ask): Promise<{ readonly reply: Reply; readonly life: number }>;
  /** Which life of the object has given the last answer: a repeat that comes to a later one is decided anew. */
  life(): number;
  judge(judgement: Judgement): void;
  fund(funding: Funding): void;
  /** All movements of credit: those on the disk, and those of the running hour. */
  journal(): JournalEntry[];
  restart(): void;
  /** The state as the living instance has it. */
  state(): LedgerState;
  readonly d1: ReadonlyMap<string, TotalsInD1 & { readonly application: string }>;
  /** What it has cost so far, as the platform bills it. */
  readonly costs: Readonly<Costs>;
}

/** Asks and alarms are requests to the object; `rows` are those written to its SQLite, alarms set included. */
export interface Costs {
  asks: number;
  alarms: number;
  rows: number;
  rowsInD1: number;
}

/** What makes a ledger a shard: its name, and how it asks the ledger that it has its units from. */
export interface Shard {
  readonly name: string;
  ask(ask: Ask): Promise<Reply>;
}

/** So long after a restart the instance before may still answer. */
export const supersededMs = 60;

export function simulatedLedger(
  system: System,
  profile: Profile,
  time: VirtualTime,
  random: Random,
  rules: LedgerRules,
  shard: Shard | null = null,
): SimulatedLedger {
  const disk = new Map<string, LedgerRow>();
  const usage = new Map<string, string>();
  const d1 = new Map<string, TotalsInD1 & { application: string }>();
  let current: Instance | null = null;
  let old: Instance | null = null;
  let alarm = 0;
  let life = 0;
  const costs: Costs = { asks: 0, alarms: 0, rows: 0, rowsInD1: 0 };

  function living(): Instance {
    if (current !== null) return current;
    const upward = shard === null ? null : emptyUpward("above", shard.name);
    const state = system.restore([...disk.values()], time.now(), rules, upward);
    const alarmAt = arm(state, time.now(), rules);
    put(system.changesOf(state), []);
    if (alarmAt !== null) setAlarm(alarmAt);
    const instance: Instance = {
      state,
      above:
        shard === null
          ? null
          : system.above(
              portsOf(shard, () => instance),
              rules,
            ),
      supersededAt: Infinity,
      isDead: false,
    };
    current = instance;
    return instance;
  }

  /** A superseded instance may go on for a moment, but nothing that it writes is kept. */
  function portsOf(asked: Shard, instance: () => Instance): AbovePorts {
    return {
      ask: (ask) => asked.ask(ask),
      now: () => time.now(),
      wait: (ms) => new Promise((resolve) => time.at(time.now() + ms, resolve)),
      state: () => instance().state,
      write: () => write(instance(), []),
      guard: (work) => work(),
    };
  }

  function attend({ above }: Instance): void {
    // A write that fails ends the instance.
    above?.attend().catch(() => undefined);
  }

  function put(rows: readonly LedgerRow[], booked: readonly UsageCell[]): void {
    costs.rows += rows.length + booked.length;
    for (const row of rows) {
      if (row.value === null) disk.delete(`${row.table} ${row.key}`);
      else disk.set(`${row.table} ${row.key}`, row);
    }
    for (const cell of booked) {
      const id = usageCellId(cell);
      const before = usage.get(id);
      usage.set(id, JSON.stringify(bookCell(before === undefined ? null : (JSON.parse(before) as UsageRow), cell)));
    }
  }

  /** R12: a write of a superseded instance fails, as any write may; then the instance is gone. */
  function write(instance: Instance, booked: readonly UsageCell[]): void {
    if (instance.isDead) throw new Error("the instance is gone");
    const alarmAt = arm(instance.state, time.now(), rules);
    const rows = system.changesOf(instance.state);
    const fails = instance.supersededAt < Infinity || (rows.length > 0 && random.chance(profile.failedWrites));
    if (fails && (rows.length > 0 || booked.length > 0)) {
      if (system.ignoresFailedWrites) return;
      instance.isDead = true;
      if (instance === old) old = null;
      if (instance === current) current = null;
      throw new Error("the write failed");
    }
    put(rows, booked);
    if (alarmAt !== null) setAlarm(alarmAt);
  }

  function setAlarm(at: number): void {
    const mine = (alarm += 1);
    costs.rows += 1;
    time.at(at, () => {
      if (mine !== alarm) return;
      costs.alarms += 1;
      try {
        const instance = living();
        const { flush } = system.wake(instance.state, time.now(), rules);
        attend(instance);
        write(instance, []);
        if (flush) flushTotals(instance);
      } catch {
        setAlarm(time.now() + 50);
      }
    });
  }

  /** D1 may lose a batch, apply it without saying so, late, or twice. */
  function flushTotals(instance: Instance): void {
    const rows = [...usage.values()].map((row) => JSON.parse(row) as UsageRow);
    const totals = system.hourTotals(rows).filter((total) => total.rows.some((row) => row.version > row.flushed));
    costs.rowsInD1 += totals.length;
    const store = (): void => {
      for (const sent of totals) {
        const id = `${sent.hour} ${usageKeyId(sent.total)}`;
        d1.set(id, { ...system.upsert(d1.get(id), sent), application: sent.total.application });
      }
    };
    const outcome = random.next();
    if (outcome < 0.1) return;
    store();
    if (random.chance(0.15)) time.at(time.now() + random.int(1, 900), store);
    if (outcome < 0.2) return;
    for (const { cell, version } of totals.flatMap((total) => total.rows)) {
      const id = usageCellId(cell);
      const row = JSON.parse(usage.get(id) ?? "null") as UsageRow | null;
      costs.rows += 1;
      if (row !== null) usage.set(id, JSON.stringify({ ...row, flushed: Math.max(row.flushed, version) }));
    }
    instance.state.meta.dirtyMinute = null;
    instance.state.meta.flushAt = null;
  }

  /** A write may fail; whoever manages the ledger tries again. */
  function manage(change: (state: LedgerState) => void): void {
    for (;;) {
      const instance = living();
      change(instance.state);
      try {
        return write(instance, []);
      } catch {
        continue;
      }
    }
  }

  return {
    d1,
    costs,
    state: () => living().state,
    journal() {
      const stored = [...disk.values()].flatMap(({ table, value }) =>
        table === "journal" && value !== null ? [JSON.parse(value) as JournalEntry] : [],
      );
      return [...stored, ...[...living().state.credits.values()].flatMap(({ entries }) => entries)];
    },
    life: () => life,
    ask(ask) {
      const instance = old !== null && random.chance(0.5) ? old : living();
      life = instance.state.meta.restarts;
      costs.asks += 1;
      const { reply, booked } = system.answer(instance.state, ask, time.now(), rules);
      write(instance, booked);
      return reply;
    },
    async askShard(ask) {
      const instance = old !== null && random.chance(0.5) ? old : living();
      costs.asks += 1;
      if (instance.above === null) throw new Error("it is no shard");
      return instance.above.supply(ask, () => {
        if (instance.isDead || time.now() > instance.supersededAt + supersededMs)
          throw new Error("the instance is gone");
        const { reply, booked } = system.answer(instance.state, ask, time.now(), rules);
        write(instance, booked);
        attend(instance);
        return { reply, life: instance.state.meta.restarts };
      });
    },
    judge: (judgement) => manage((state) => void judge(state, judgement, time.now(), rules)),
    fund: (funding) => manage((state) => system.fund(state, funding, time.now(), rules)),
    restart() {
      old = current;
      current = null;
      if (old === null) return;
      const superseded = old;
      superseded.supersededAt = time.now();
      time.at(time.now() + supersededMs, () => {
        if (old === superseded) old = null;
      });
    },
  };
}
