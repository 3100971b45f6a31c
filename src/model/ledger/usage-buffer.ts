import { addCell, addUsage, cellIdOfUsage, cellOf, latencyBoundsMs, usageCellId } from "../usage.ts";
import type { Usage, UsageCell } from "../usage.ts";
import type { Report } from "./messages.ts";

/** R8: an isolate's unreported usage: one open set of cells, and at most one report sent and not yet acknowledged. */
export interface UsageBuffer {
  open: Map<string, UsageCell>;
  frozen: Report | null;
  /** Number of the last report. */
  reports: number;
  frozenAt: number;
}

const cellsMax = 500;
const bytesMax = 48 * 1_024;
/** Beyond this the object has long been out of reach: minutes become hours, then latencies go. Counts are never dropped. */
const openMax = 4_000;

export const emptyUsage = (): UsageBuffer => ({ open: new Map(), frozen: null, reports: 0, frozenAt: -Infinity });

/** Books a finished call: most often into a cell that is there already, and then nothing is made for it. */
export function recordUsage(buffer: UsageBuffer, usage: Usage): void {
  const total = buffer.open.get(cellIdOfUsage(usage));
  if (total !== undefined && total.histogram.length > 0) addUsage(total, usage);
  else recordCell(buffer, cellOf(usage));
}

export function recordCell(buffer: UsageBuffer, cell: UsageCell): void {
  addTo(buffer.open, cell);
  if (buffer.open.size <= openMax) return;
  buffer.open = regroup(buffer.open, (cell) => ({ ...cell, minute: cell.minute - (cell.minute % 60) }));
  if (buffer.open.size > openMax) buffer.open = regroup(buffer.open, (cell) => ({ ...cell, histogram: [] }));
}

function addTo(cells: Map<string, UsageCell>, cell: UsageCell): void {
  const id = usageCellId(cell);
  const total = cells.get(id);
  if (total === undefined) cells.set(id, { ...cell, classes: { ...cell.classes }, histogram: [...cell.histogram] });
  else addCell(total, cell);
}

function regroup(cells: Map<string, UsageCell>, change: (cell: UsageCell) => UsageCell): Map<string, UsageCell> {
  const coarse = new Map<string, UsageCell>();
  for (const cell of cells.values()) addTo(coarse, change(cell));
  return coarse;
}

/**
 * The report that the next Ask carries: the one that is unacknowledged, unchanged; or a new one if `settleMs` have passed
 * since the last (else every exact call would cause a write at the object).
 */
export function reportFor(usage: UsageBuffer, now: number, settleMs: number): Report | null {
  if (usage.frozen !== null) return usage.frozen;
  const sinceMs = now - usage.frozenAt;
  if (usage.open.size === 0 || (sinceMs >= 0 && sinceMs < settleMs)) return null;
  const cells: UsageCell[] = [];
  let bytes = 0;
  for (const [id, cell] of usage.open) {
    bytes += id.length + 8 * (latencyBoundsMs.length + 8);
    if (cells.length > 0 && (cells.length >= cellsMax || bytes > bytesMax)) break;
    cells.push(cell);
    usage.open.delete(id);
  }
  usage.reports += 1;
  usage.frozenAt = now;
  usage.frozen = { number: usage.reports, cells };
  return usage.frozen;
}

export function acknowledge(usage: UsageBuffer, reportsApplied: number): void {
  if (usage.frozen !== null && reportsApplied >= usage.frozen.number) usage.frozen = null;
}

export const isReported = (usage: UsageBuffer): boolean => usage.open.size === 0 && usage.frozen === null;
