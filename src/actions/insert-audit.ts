import { getTableColumns, sql } from "drizzle-orm";
import { audit } from "../../schema/actions.ts";
import type { AuditRow } from "./audit.ts";
import type { Context } from "./context.ts";
import type { Statement } from "./decision.ts";

/** Characters of JSON that one statement carries at most: a parameter holds 2 MB. */
const statementCharsMax = 600_000;

/** Statements that write the rows: few, however many rows there are, as they travel as one parameter (D1 binds 100). */
export function insertAudit({ db }: Pick<Context, "db">, rows: readonly AuditRow[]): Statement[] {
  const [only, ...others] = rows;
  if (only !== undefined && others.length === 0) return [db.insert(audit).values(only)];
  const groups: string[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (size + text.length > statementCharsMax) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(text);
    size += text.length;
  }
  const columns = Object.keys(getTableColumns(audit)).map((name) => sql`value ->> ${sql.raw(`'$.${name}'`)}`);
  return groups.map((group) =>
    db
      .insert(audit)
      .select(sql`select ${sql.join(columns, sql`, `)} from json_each(${`[${group.join(",")}]`}) order by key`),
  );
}
