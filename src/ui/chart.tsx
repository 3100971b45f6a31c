import type { Child } from "hono/jsx";
import { count } from "./wording.ts";

export interface Bar {
  /** What stands under it: `14:00`. */
  readonly label: string;
  /** From below, in the order of the series. */
  readonly parts: readonly number[];
}

interface StackedBarsProps {
  /** What the chart shows, as a sentence with the finding. */
  readonly finding: string;
  readonly bars: readonly Bar[];
  /** Names and colours (`2xx` → `.bar-2xx`) of the parts. */
  readonly series: readonly string[];
  /** Every so many bars have their label under them. */
  readonly labelEvery: number;
  /** The same numbers as a table, behind “Show as a table”. */
  readonly table: Child;
}

const height = 168;
const width = 1_000;
const tickCount = 4;

/** Bars of fixed height: the plot scales, its labels are text. Nobody needs the picture: the table holds the same numbers. */
export function StackedBars({ finding, bars, series, labelEvery, table }: StackedBarsProps) {
  const step = tickStep(Math.max(0, ...bars.map((bar) => sum(bar.parts))) / tickCount);
  const ticks = Array.from({ length: tickCount + 1 }, (_, index) => (tickCount - index) * step);
  const slot = width / bars.length;
  const scale = height / (tickCount * step);
  return (
    <div class="chart">
      <div class="chart-plot">
        <ol class="chart-ticks" aria-hidden="true">
          {ticks.map((tick) => (
            <li>{short(tick)}</li>
          ))}
        </ol>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={finding}>
          {ticks.map((tick) => (
            <path class={tick === 0 ? "chart-base" : "chart-grid"} d={`M0 ${height - tick * scale}H${width}`} />
          ))}
          {bars.flatMap((bar, index) => stack(bar, index * slot + slot * 0.14, slot * 0.72, scale, series))}
        </svg>
        <ol class="chart-labels" aria-hidden="true">
          {bars
            .filter((_, index) => index % labelEvery === 0)
            .map((bar) => (
              <li>{bar.label}</li>
            ))}
        </ol>
      </div>
      <details>
        <summary>Show as a table</summary>
        {table}
      </details>
    </div>
  );
}

function stack(bar: Bar, x: number, barWidth: number, scale: number, series: readonly string[]): Child[] {
  let base = height;
  return bar.parts.flatMap((value, index) => {
    if (value === 0) return [];
    const length = Math.max(1, value * scale);
    base -= length;
    const box = { x: round(x), y: round(base), width: round(barWidth), height: round(length) };
    return [<rect class={`bar-${series[index] ?? ""}`} {...box} />];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function tickStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= atLeast) ?? 10);
}

/** 30k on axes. */
function short(value: number): string {
  return value >= 1_000_000
    ? `${count(value / 1_000_000)}M`
    : value >= 1_000
      ? `${count(value / 1_000)}k`
      : count(value);
}
