/** @module Usage by the minute, as a ledger answers it: what D1 keeps by the hour only. */
import { addCell } from "../usage.ts";
import type { UsageCell, UsageKey } from "../usage.ts";

/** What minutes can be told apart by. Versions go by the name that they were called by. */
export const minuteDimensions = ["api", "version", "operation", "application", "subscription", "meter"] as const;
export type MinuteDimension = (typeof minuteDimensions)[number];

/** Epoch minutes, `to` itself outside. Objects may be older or newer than who asks: fields are only added. */
export interface MinutesQuestion {
  readonly from: number;
  readonly to: number;
  readonly by: readonly MinuteDimension[];
  /** Only cells of which all of this is true; a version is meant by its name or its id. */
  readonly where: Readonly<Partial<Record<MinuteDimension, string>>>;
  /** As many items are enough. */
  readonly limit: number;
}

/** Usage of one minute that is alike in `key`, which holds what was told apart. */
export interface MinuteUsage extends Pick<UsageCell, "minute" | "calls" | "units" | "classes" | "histogram"> {
  readonly key: Readonly<Partial<Record<MinuteDimension, string>>>;
}

export interface MinutesAnswer {
  /** By minute; minutes are whole. */
  readonly items: readonly MinuteUsage[];
  /** The first minute that was not read; null: all were. */
  readonly next: number | null;
}

/** Cells that are read in one message: a ledger that is busy with a question admits no call meanwhile. */
export const scannedMax = 5_000;

/** Sums cells, which come by minute, until there are enough items or enough was read: then to the end of the minute. */
export function sumMinutes(
  cells: Iterable<UsageCell>,
  { by, where, limit }: MinutesQuestion,
  most: number = scannedMax,
): MinutesAnswer {
  const sums = new Map<string, { readonly key: MinuteUsage["key"]; readonly cell: UsageCell }>();
  let scanned = 0;
  let minute: number | null = null;
  for (const cell of cells) {
    const isNext = cell.minute !== minute;
    if (isNext && (scanned >= most || sums.size >= limit)) return { items: itemsOf(sums), next: cell.minute };
    minute = cell.minute;
    scanned += 1;
    if (!isMeant(cell, where)) continue;
    const names = by.map((name) => dimensionOf(cell, name));
    const id = JSON.stringify([cell.minute, ...names]);
    const sum = sums.get(id);
    if (sum !== undefined) addCell(sum.cell, cell);
    else sums.set(id, { key: Object.fromEntries(by.map((name, index) => [name, names[index]])), cell: copyOf(cell) });
  }
  return { items: itemsOf(sums), next: null };
}

function itemsOf(sums: ReadonlyMap<string, { readonly key: MinuteUsage["key"]; readonly cell: UsageCell }>) {
  return [...sums.values()].map(({ key, cell: { minute, calls, units, classes, histogram } }): MinuteUsage => {
    return { minute, key, calls, units, classes, histogram };
  });
}

const copyOf = (cell: UsageCell): UsageCell => ({
  ...cell,
  classes: { ...cell.classes },
  histogram: [...cell.histogram],
});

function dimensionOf(cell: UsageKey & Pick<UsageCell, "versionName">, name: MinuteDimension): string {
  return name === "version" && cell.versionName !== "" ? cell.versionName : cell[name];
}

function isMeant(cell: UsageCell, where: MinutesQuestion["where"]): boolean {
  return minuteDimensions.every((name) => {
    const value = where[name];
    return value === undefined || dimensionOf(cell, name) === value || (name === "version" && cell.version === value);
  });
}
