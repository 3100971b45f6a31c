/**
 * @module A ledger's totals in D1: sends them, and holds the two beside each other. Nothing here is awaited by an Ask, and
 * between two awaits of it any Ask may be answered: so what is compared is read in the same stretch as what is sent.
 */
import type { HourTotal } from "../../model/ledger/hour-totals.ts";
import { hourMinutes } from "../../model/ledger/hour-totals.ts";
import { besideEachOther, differs, isSame, nothing, reconciliationOf } from "../../model/ledger/reconciliation.ts";
import type { Beside, HourRange, Reconciliation } from "../../model/ledger/reconciliation.ts";
import { parseLedgerName } from "../../model/ledger/name.ts";
import type { TotalsRow, TotalsStore } from "../ports.ts";
import type { LedgerStore } from "./store.ts";

export interface LedgerTotals {
  /** R20: absolute totals, marked as flushed only up to the version that was sent. What fails is sent again. */
  send(fromMinute: number): Promise<void>;
  /** Compares these hours with D1, or as many as can be at once; sends again what differs, and compares once more. */
  reconcile(range: HourRange): Promise<Reconciliation>;
}

export interface LedgerTotalsPorts {
  /** The ledger's name. */
  readonly source: string;
  readonly store: LedgerStore;
  readonly totals: TotalsStore;
  /** Does what touches the disk, and ends the instance if that fails (R12). */
  guard<T>(work: () => T): T;
  /** The first hour of which nothing is pruned. */
  firstHour(): number;
  /** Plans that the totals of that hour are sent, whatever becomes of this attempt. */
  markDirty(hour: number): void;
}

/** Totals in one message: an hour's total is read from up to 60 minutes, and takes half a millisecond. */
const batchSize = 100;
/** An invocation has a second of CPU: what is more waits for the next alarm. */
const batchesMax = 10;
/** Minutes, all keys together, that are added up at once: 100 ms. */
const minutesMax = 50_000;
/** How often a comparison is made again because other totals were sent in between: by the alarm, once a minute at most. */
const attemptsMax = 5;

export function createLedgerTotals(ports: LedgerTotalsPorts): LedgerTotals {
  const { source, store, totals } = ports;
  let sent = 0;

  function readDirty(fromMinute: number): HourTotal[] {
    const dirty = ports.guard(() => store.dirty(fromMinute, batchSize));
    if (dirty.length > 0) sent += 1;
    return dirty;
  }

  async function deliver(dirty: readonly HourTotal[]): Promise<void> {
    if (dirty.length === 0) return;
    await totals.store(totalsRows(source, dirty));
    ports.guard(() => store.markFlushed(dirty));
  }

  /** What is reported meanwhile waits for its turn: a busy ledger would never end this loop. */
  async function send(fromMinute: number): Promise<void> {
    for (let batch = 1; batch <= batchesMax; batch += 1) {
      const dirty = readDirty(fromMinute);
      await deliver(dirty);
      if (dirty.length < batchSize) return;
    }
  }

  /**
   * Both sides at one moment of the ledger, in traffic too: sums and what D1 lacks of them are read together, D1 is asked once it
   * has the latter, and anything else that was sent in between makes it begin again.
   */
  async function compare(asked: HourRange): Promise<Beside[]> {
    for (let attempt = 1; ; attempt += 1) {
      const range = { from: Math.max(asked.from, ports.firstHour()), to: asked.to };
      await send(range.from * hourMinutes);
      const dirty = readDirty(range.from * hourMinutes);
      const ours = ports.guard(() => store.hours(range));
      const mine = sent;
      await deliver(dirty);
      const theirs = await totals.hours(source, range);
      const isMoment = mine === sent && dirty.length < batchSize;
      if (isMoment || attempt === attemptsMax) return besideEachOther(ours, theirs);
    }
  }

  /**
   * Every total of the hour that D1 has otherwise gets a version above D1's, or D1 would rightly ignore it. False: the ledger
   * knows nothing that D1 has otherwise.
   */
  async function renew(hour: number): Promise<boolean> {
    const theirs = await totals.keys(source, hour);
    return ports.guard(() => {
      const differing = [...store.keys(hour)].filter(([key, own]) => !isSame(own, theirs.get(key) ?? nothing));
      for (const [key, own] of differing) {
        store.raise(hour, key, Math.max(1, (theirs.get(key)?.version ?? 0) - own.version + 1));
      }
      if (differing.length > 0) ports.markDirty(hour);
      return differing.length > 0;
    });
  }

  return {
    send,
    async reconcile(asked) {
      const range = { ...asked, to: ports.guard(() => store.stretch(asked, minutesMax)) };
      const found = await compare(range);
      const differing = found.filter(differs);
      if (differing.length === 0) return reconciliationOf(range, found, 0, []);
      let renewed = 0;
      for (const { hour } of differing) if (await renew(hour)) renewed += 1;
      return reconciliationOf(range, found, renewed, await compare(range));
    },
  };
}

function totalsRows(source: string, hours: readonly HourTotal[]): TotalsRow[] {
  const parsed = parseLedgerName(source);
  if (parsed === null) throw new Error(`"${source}" is no name of a ledger`);
  const { workspace, environment } = parsed;
  return hours.map(({ hour, total: { minute: _minute, ...cell }, version }) => {
    return { ...cell, source, workspace, environment, hour, reportVersion: version };
  });
}
