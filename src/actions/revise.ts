import { canonicalJson } from "../model/revision.ts";

interface Stamped {
  readonly id: string;
  readonly edition: number;
  readonly updatedAt: number;
}

/** A row as it becomes with `fields`, one edition on, or null where they are all as they were. Absent fields stay. */
export function revise<Row extends Stamped>(
  row: Row,
  fields: { readonly [Key in keyof Row]?: Row[Key] | undefined },
  at: number,
): Row | null {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const next: Row = { ...row, ...given };
  if (canonicalJson(next) === canonicalJson(row)) return null;
  return { ...next, edition: row.edition + 1, updatedAt: at };
}

/** Stamps of a new row. */
export function stamp(at: number): { edition: number; createdAt: number; updatedAt: number } {
  return { edition: 1, createdAt: at, updatedAt: at };
}

/** A row as it is shown: the workspace is the reader's own. */
export function withoutWorkspace<Row extends { readonly workspace: string }>(row: Row): Omit<Row, "workspace"> {
  const { workspace, ...shown } = row;
  void workspace;
  return shown;
}
