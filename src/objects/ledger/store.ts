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
  /** Rows that D1 does not have in their present version, oldest first. */
  dirty(fromMinute: number, count: number): UsageRow[];
  markFlushed(rows: readonly UsageRow[]): void;
  /** Drops flushed rows of minutes up to this one; rows that D1 lacks stay. */
  prune(minute: number): void;
}

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
      return sql
        .exec<UsageRecord>(
          "SELECT * FROM usage_minute WHERE minute >= ? AND version > flushed_version ORDER BY minute LIMIT ?",
          fromMinute,
          count,
        )
        .toArray()
        .map(usageRow);
    },
    markFlushed(rows) {
      storage.transactionSync(() => {
        for (const { cell, version } of rows) {
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
      sql.exec("DELETE FROM usage_minute WHERE minute <= ? AND version = flushed_version", minute);
    },
  };
}

function usageRow({ cell, version, flushed_version: flushed }: UsageRecord): UsageRow {
  // Cells from before versions were counted by their ids hold the name in its place, and no other.
  const { versionName = "", ...rest } = JSON.parse(cell) as Omit<UsageCell, "versionName"> & Partial<UsageCell>;
  return { cell: { ...rest, versionName }, version, flushed };
}
