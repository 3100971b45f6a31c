/**
 * @module Applies `migrations/*.sql` to a local D1 with the bookkeeping of `wrangler d1 migrations apply`: the same table,
 * the same names, so that either may go on where the other left off.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Miniflare } from "miniflare";

export type LocalD1 = Awaited<ReturnType<Miniflare["getD1Database"]>>;

const createBookkeeping = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`;

/** Applies what is missing, each file in one atomic batch with its entry in the table; answers the names it applied. */
export async function applyMigrations(db: LocalD1, directory: string): Promise<string[]> {
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(".sql")).sort();
  if (files.length === 0) return [];
  await db.prepare(createBookkeeping).run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const missing = files.filter((name) => !applied.has(name));
  if (missing.length === 0) return [];
  const { unstable_splitSqlQuery } = await import("wrangler");
  for (const name of missing) {
    const statements = unstable_splitSqlQuery(await readFile(path.join(directory, name), "utf8"));
    await db.batch([
      ...statements.map((sql) => db.prepare(sql)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
  return missing;
}
