/**
 * @module A workspace with very many APIs: rows as the actions write them, copied in the database. What the edge holds of them
 * is for distribution to build.
 */
import { bucketIndex } from "../../src/model/program.ts";

/** As much of D1 as this takes, in workerd and in Node. */
export interface Database {
  prepare(text: string): Statement;
}
interface Statement {
  bind(...values: unknown[]): Statement;
  run(): Promise<unknown>;
  all(): Promise<{ readonly results: readonly Record<string, unknown>[] }>;
}

export interface Multiplication {
  readonly workspace: string;
  readonly host: string;
  /** Numbers of the APIs to make, `to` itself outside. The API `api-0` at `/api-0`, with its version, is there. */
  readonly from: number;
  readonly to: number;
}

/** Hash of the program of the API with that number. */
export const programHash = (n: number): string => n.toString(16).padStart(32, "0");

/** Makes `api-1` at `/api-1`, and so on: each with a version that is published, and with a program of its own. */
export async function multiplyApis(db: Database, { workspace, host, from, to }: Multiplication): Promise<void> {
  const numbers = JSON.stringify(
    Array.from({ length: to - from }, (_, index) => [from + index, bucketIndex(host, `api-${from + index}`)]),
  );
  const api = `(select id from apis where workspace = ?1 and slug = 'api-0')`;
  const version = `(select id from versions where api = ${api})`;
  const copy = async (table: string, replaced: Readonly<Record<string, string>>, where: string) => {
    const { results } = await db.prepare(`select name from pragma_table_info('${table}')`).all();
    const names = results.map((row) => String(row["name"]));
    const columns = names.map((name) => `"${name}"`).join(", ");
    const values = names.map((name) => replaced[name] ?? `t."${name}"`).join(", ");
    const each = `(select value ->> 0 as n, value ->> 1 as bucket from json_each(?2)) as each`;
    const text = `insert into ${table} (${columns}) select ${values} from ${table} t, ${each} where t.workspace = ?1 and ${where}`;
    await db.prepare(text).bind(workspace, numbers).run();
  };
  await copy("apis", { id: "t.id || '-' || n", slug: "'api-' || n", prefix: "'/api-' || n" }, "t.slug = 'api-0'");
  await copy("versions", { id: "t.id || '-' || n", api: "t.api || '-' || n" }, `t.id = ${version}`);
  await copy("revisions", { version: "t.version || '-' || n" }, `t.version = ${version}`);
  const program = "printf('%032x', n)";
  await copy("deployments", { version: "t.version || '-' || n", program }, `t.version = ${version}`);
  await copy("placements", { api: "t.api || '-' || n", bucket: "each.bucket" }, `t.api = ${api}`);
}
