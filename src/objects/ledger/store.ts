import { hourMinutes, hourTotals } from "../../model/ledger/hour-totals.ts";
import type { HourTotal } from "../../model/ledger/hour-totals.ts";
import type { HourRange, HourSum, Sum } from "../../model/ledger/reconciliation.ts";
import type { JournalEntry } from "../../model/ledger/credit-account.ts";
import type { JournalPage, JournalQuestion } from "../../model/ledger/messages.ts";
import { bookCell } from "../../model/ledger/report.ts";
import type { UsageRow } from "../../model/ledger/report.ts";
import { journalDigits, journalEntriesMax, journalKey, ledgerTables } from "../../model/ledger/restart.ts";
import type { LedgerRow, LedgerTable } from "../../model/ledger/restart.ts";
import { usageCellId } from "../../model/usage.ts";
import type { UsageCell } from "../../model/usage.ts";

/** A ledger's SQLite. Every method is synchronous and throws if the storage does; the caller then ends the instance (R12). */
export interface LedgerStore {
  rows(): LedgerRow[];
  /** All of it or nothing. */
  write(rows: readonly LedgerRow[], booked: readonly UsageCell[]): void;
  /** Entries of a journal, the newest first. */
  journal(question: JournalQuestion): JournalPage;
  /**
   * Hours, by key, of which D1 lacks a minute in its present version: whole, oldest first. Keys come as they fall: where they
   * are more than can be sent, each has its turn.
   */
  dirty(fromMinute: number, count: number): HourTotal[];
  /** D1 has these minutes, up to the version in which they were read. */
  markFlushed(totals: readonly HourTotal[]): void;
  /** Drops minutes up to this one, by whole hours: of what D1 lacks a part, all of the hour stays. */
  prune(minute: number): void;
  /** Cells of these minutes, oldest first. */
  cells(fromMinute: number, toMinute: number): Iterable<UsageCell>;
  hours(range: HourRange): HourSum[];
  /** The hour before which these hours have no more than so many minutes, all keys together; at least one hour on. */
  stretch(range: HourRange, most: number): number;
  /** The sums of one hour, by `usageKeyId`. */
  keys(hour: number): ReadonlyMap<string, Sum>;
  /** Raises the version of an hour's total by so much, so that it is dirty and wins at D1. */
  raise(hour: number, key: string, by: number): void;
}

/** Of a cell's id, what follows the minute. */
const keyOfId = "substr(id, instr(id, char(10)) + 1)";

/** Minutes of hours and keys, by their primary key: as many look-ups as there are minutes in those hours, whatever else is there. */
const minutesOfHours = `WITH RECURSIVE
  nth (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM nth WHERE n < ${hourMinutes - 1}),
  asked AS (SELECT value ->> 'hour' AS hour, value ->> 'key' AS key FROM json_each(?))
  SELECT usage_minute.* FROM asked CROSS JOIN nth CROSS JOIN usage_minute
  WHERE minute = asked.hour * ${hourMinutes} + n AND id = (asked.hour * ${hourMinutes} + n) || char(10) || asked.key`;

const sums = "sum(cell ->> '$.calls') AS calls, sum(cell ->> '$.units') AS units, sum(version) AS version";

type SumRecord = { readonly calls: number; readonly units: number; readonly version: number };
type UsageRecord = { readonly cell: string; readonly version: number; readonly flushed_version: number };

export function createLedgerStore(storage: DurableObjectStorage): LedgerStore {
  const { sql } = storage;
  for (const table of [...ledgerTables, "journal"]) {
    sql.exec(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
  }
  sql.exec(`CREATE TABLE IF NOT EXISTS usage_minute (
    minute INTEGER NOT NULL, id TEXT NOT NULL, cell TEXT NOT NULL,
    version INTEGER NOT NULL, flushed_version INTEGER NOT NULL, PRIMARY KEY (minute, id)) WITHOUT ROWID`);

  function put({ table, key, value }: LedgerRow): void {
    if (value === null) sql.exec(`DELETE FROM ${table} WHERE key = ?`, key);
    else
      sql.exec(`INSERT INTO ${table} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value);
  }

  function book(cell: UsageCell): void {
    const id = usageCellId(cell);
    const found = sql
      .exec<UsageRecord>("SELECT * FROM usage_minute WHERE minute = ? AND id = ?", cell.minute, id)
      .toArray();
    const { cell: total, version, flushed } = bookCell(found[0] === undefined ? null : usageRow(found[0]), cell);
    sql.exec(
      `INSERT INTO usage_minute VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (minute, id) DO UPDATE SET cell = excluded.cell, version = excluded.version`,
      cell.minute,
      id,
      JSON.stringify(total),
      version,
      flushed,
    );
  }

  return {
    rows() {
      return ledgerTables.flatMap((table: LedgerTable) =>
        sql
          .exec<{ key: string; value: string }>(`SELECT key, value FROM ${table}`)
          .toArray()
          .map(({ key, value }) => ({ table, key, value })),
      );
    },
    write(rows, booked) {
      storage.transactionSync(() => {
        for (const row of rows) put(row);
        for (const cell of booked) book(cell);
      });
    },
    journal({ key, before, count }) {
      const end = journalKey(key, before ?? journalEntriesMax);
      const rows = sql
        .exec<{ key: string; value: string }>(
          "SELECT key, value FROM journal WHERE key > ? AND key < ? ORDER BY key DESC LIMIT ?",
          journalKey(key, 0),
          end,
          count + 1,
        )
        .toArray();
      const shown = rows.slice(0, count);
      const last = shown.at(-1);
      return {
        entries: shown.map(({ value }) => JSON.parse(value) as JournalEntry),
        next: rows.length > count && last !== undefined ? Number(last.key.slice(-journalDigits)) : null,
      };
    },
    dirty(fromMinute, count) {
      const keys = sql
        .exec(
          `SELECT minute / ${hourMinutes} AS hour, ${keyOfId} AS key FROM usage_minute
           WHERE minute >= ? AND version > flushed_version GROUP BY hour, key ORDER BY hour, random() LIMIT ?`,
          fromMinute,
          count,
        )
        .toArray();
      if (keys.length === 0) return [];
      return hourTotals(sql.exec<UsageRecord>(minutesOfHours, JSON.stringify(keys)).toArray().map(usageRow));
    },
    markFlushed(totals) {
      storage.transactionSync(() => {
        for (const { cell, version, flushed } of totals.flatMap(({ rows }) => rows)) {
          if (version === flushed) continue;
          sql.exec(
            "UPDATE usage_minute SET flushed_version = ? WHERE minute = ? AND id = ? AND flushed_version < ?",
            version,
            cell.minute,
            usageCellId(cell),
            version,
          );
        }
      });
    },
    prune(minute) {
      sql.exec(
        `DELETE FROM usage_minute WHERE minute <= ?1 AND minute / ${hourMinutes} NOT IN
         (SELECT minute / ${hourMinutes} FROM usage_minute WHERE minute <= ?1 AND version > flushed_version)`,
        minute,
      );
    },
    *cells(fromMinute, toMinute) {
      const found = sql.exec<UsageRecord>(
        "SELECT * FROM usage_minute WHERE minute >= ? AND minute < ? ORDER BY minute",
        fromMinute,
        toMinute,
      );
      for (const record of found) yield usageRow(record).cell;
    },
    hours({ from, to }) {
      return sql
        .exec<SumRecord & { readonly hour: number }>(
          `SELECT minute / ${hourMinutes} AS hour, ${sums} FROM usage_minute WHERE minute >= ? AND minute < ? GROUP BY hour`,
          from * hourMinutes,
          to * hourMinutes,
        )
        .toArray();
    },
    stretch({ from, to }, most) {
      const counts = sql
        .exec<{ readonly hour: number; readonly count: number }>(
          `SELECT minute / ${hourMinutes} AS hour, count(*) AS count FROM usage_minute
           WHERE minute >= ? AND minute < ? GROUP BY hour ORDER BY hour`,
          from * hourMinutes,
          to * hourMinutes,
        )
        .toArray();
      let sum = 0;
      const beyond = counts.find(({ hour, count }) => (sum += count) > most && hour > from);
      return beyond?.hour ?? to;
    },
    keys(hour) {
      const found = sql.exec<SumRecord & { readonly key: string }>(
        `SELECT ${keyOfId} AS key, ${sums} FROM usage_minute WHERE minute >= ? AND minute < ? GROUP BY key`,
        hour * hourMinutes,
        (hour + 1) * hourMinutes,
      );
      return new Map(found.toArray().map(({ key, ...sum }) => [key, sum]));
    },
    raise(hour, key, by) {
      sql.exec(
        `UPDATE usage_minute SET version = version + ?1 WHERE id = minute || char(10) || ?2 AND minute =
         (SELECT max(minute) FROM usage_minute WHERE minute >= ?3 AND minute < ?4 AND id = minute || char(10) || ?2)`,
        by,
        key,
        hour * hourMinutes,
        (hour + 1) * hourMinutes,
      );
    },
  };
}

function usageRow({ cell, version, flushed_version: flushed }: UsageRecord): UsageRow {
  // Cells from before versions were counted by their ids hold the name in its place, and no other.
  const { versionName = "", ...rest } = JSON.parse(cell) as Omit<UsageCell, "versionName"> & Partial<UsageCell>;
  return { cell: { ...rest, versionName }, version, flushed };
}
