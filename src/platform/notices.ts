import { drizzle } from "drizzle-orm/d1";
import { ulid } from "ulid";
import { events } from "../../schema/events.ts";
import { chunks } from "../model/chunks.ts";
import { creditName } from "../model/limit.ts";
import { parseLedgerName } from "../model/ledger/name.ts";
import type { Notice } from "../model/ledger/notice.ts";
import type { NoticesPort } from "../objects/ports.ts";

/** D1 binds 100 parameters a statement, and a row has 12. */
const rowsPerStatement = 8;

/** Notices as events in D1: one that was told before changes nothing. */
export function noticesPort(database: D1Database): NoticesPort {
  const db = drizzle(database);
  const insert = (rows: (typeof events.$inferInsert)[]) => db.insert(events).values(rows).onConflictDoNothing();
  return {
    async store(ledger, notices) {
      const rows = notices.flatMap((notice) => eventOf(ledger, notice));
      const [first, ...rest] = chunks(rows, rowsPerStatement).map((some) => insert([...some]));
      if (first !== undefined) await db.batch([first, ...rest]);
    },
  };
}

/** Only an application's ledger has anybody to tell. */
function eventOf(ledger: string, { id, kind, key, at, data }: Notice): (typeof events.$inferInsert)[] {
  const name = parseLedgerName(ledger);
  if (name?.subject !== "app") return [];
  const { workspace, environment, id: application } = name;
  const [owner = ""] = key.split("/");
  return [
    {
      id: `evt_${ulid(at)}`,
      workspace,
      environment,
      kind,
      application,
      subscription: owner.startsWith("sub_") ? owner : null,
      limit: kind === "credit-low" ? creditName : key.slice(key.lastIndexOf("/") + 1),
      data,
      source: `${ledger} ${id}`,
      edition: 1,
      createdAt: at,
      updatedAt: at,
    },
  ];
}
