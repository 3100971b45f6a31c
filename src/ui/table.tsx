import type { Child } from "hono/jsx";

export interface Column<Row> {
  /** With the unit, if there is one: `p95, ms`. */
  readonly head: string;
  readonly cell: (row: Row) => Child;
  /** Numbers stand right-aligned in columns. */
  readonly numeric?: true;
}

interface TableProps<Row> {
  /** What the table shows, for those who hear it. */
  readonly caption: string;
  readonly rows: readonly Row[];
  /** The first names the row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
}

/**
 * A ruled table. On phones each row becomes a block of pairs, two abreast; because `display` changes there, the roles are
 * written out.
 */
export function Table<Row>({ caption, rows, columns }: TableProps<Row>) {
  const [first, ...rest] = columns;
  return (
    <table class="table table-rows" role="table">
      <caption class="hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th scope="col" role="columnheader" class={column.numeric ? "right" : undefined}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row">
            <th scope="row" role="rowheader">
              {first.cell(row)}
            </th>
            {rest.map((column) => (
              <td role="cell" data-label={column.head} class={column.numeric ? "right" : undefined}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
