/**
 * @module Hours: what D1 keeps of usage. The object counts by the minute and sends sums of whole hours, each with the sum of
 * its minutes' versions: it grows with every report, so the greatest is the newest whatever comes late or twice (R20).
 */
import { addCell, usageKeyId } from "../usage.ts";
import type { UsageCell } from "../usage.ts";
import type { UsageRow } from "./report.ts";

export const hourMinutes = 60;

/** One key's absolute total of one hour. `rows` are the minutes that it was summed from. */
export interface HourTotal {
  readonly hour: number;
  readonly total: UsageCell;
  readonly version: number;
  readonly rows: readonly UsageRow[];
}

export const hourOfMinute = (minute: number): number => Math.floor(minute / hourMinutes);

/** The last minute of the hour in which `minute` is: a sum that lost some of its minutes would shrink, so hours go whole. */
export const endOfHour = (minute: number): number => hourOfMinute(minute) * hourMinutes + hourMinutes - 1;

/** Sums minutes to hours, by key. Give it every minute of an hour and key, clean ones too. */
export function hourTotals(rows: readonly UsageRow[]): HourTotal[] {
  const groups = Map.groupBy(rows, ({ cell }) => `${hourOfMinute(cell.minute)}\n${usageKeyId(cell)}`);
  return [...groups.values()].flatMap((own): HourTotal[] => {
    const [first, ...rest] = own.toSorted((a, b) => a.cell.minute - b.cell.minute);
    if (first === undefined) return [];
    const { cell } = first;
    const total: UsageCell = { ...cell, classes: { ...cell.classes }, histogram: [...cell.histogram] };
    for (const row of rest) addCell(total, row.cell);
    const version = own.reduce((sum, row) => sum + row.version, 0);
    return [{ hour: hourOfMinute(cell.minute), total, version, rows: own }];
  });
}
