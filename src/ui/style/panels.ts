/** What holds content: panels, tiles, notices, code on night, command lines, empty states, the passage. */
export const panels = /* css */ `
.panel { border: 1px solid var(--line); border-radius: 10px; background: var(--surface); overflow: hidden; }
.panel-head { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; min-height: 2.875rem; padding: 0.5rem 1rem; border-bottom: 1px solid var(--line); }
.portal .panel-head h2 { font-size: 1.25rem; line-height: 1.625rem; }
.panel-body { padding: 1rem; }
.stack { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); }
.stack-wide { gap: 4rem; }
.section-head { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: baseline; justify-content: space-between; margin-bottom: 1rem; }

.tiles { display: grid; grid-template-columns: 1fr 1fr; border: 1px solid var(--line); border-radius: 10px; background: var(--line); gap: 1px; overflow: hidden; }
.tile { padding: 0.875rem 1rem; background: var(--surface); }
.tile dt { color: var(--ink-2); font: var(--small); }
.tile .figure { font: 1.875rem/2.125rem var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.tile .figure small { font: 0.875rem/1.25rem var(--sans); color: var(--ink-2); margin-left: 0.25rem; }
.tile .compare { color: var(--ink-2); font: var(--small); }

.notice { display: flex; gap: 0.75rem; padding: 1rem; border-left: 4px solid; border-radius: 6px; }
.notice .icon { margin-top: 0.25rem; }
.notice-body { color: var(--ink); max-width: 42.5rem; }
.notice-body > :first-child { font-weight: 600; }
.notice-woad { background: var(--woad-tint); color: var(--woad); }
.notice-rust { background: var(--rust-tint); color: var(--rust); }
.notice-madder { background: var(--madder-tint); color: var(--madder); }
.notice-moss { background: var(--moss-tint); color: var(--moss); }

.night { border: 1px solid var(--night-border); border-radius: 10px; background: var(--night); color: var(--night-text); overflow: hidden; }
.night-bar { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 2.625rem; padding: 0 1rem; background: var(--night-bar); border-bottom: 1px solid var(--night-rule); font: var(--small); }
.night pre { padding: 0.875rem 1rem; overflow-x: auto; font: 0.8125rem/1.3125rem var(--mono); font-variant-ligatures: none; tab-size: 2; }
.night code { background: none; padding: 0; }
.console .night pre { font-size: 0.75rem; }
.t-key { color: var(--night-key); }
.t-string { color: var(--night-string); }
.t-number { color: var(--night-number); }
.t-word { color: var(--night-keyword); }
.t-soft { color: var(--night-soft); }
.copy {
  display: inline-flex; flex: none; align-items: center; gap: 0.5rem; min-height: 1.75rem; padding: 0 0.5rem; border: 0; border-radius: 3px;
  background: none; color: var(--night-text); font: 500 0.8125rem/1.25rem var(--sans); cursor: pointer;
}
.copy[hidden] { display: none; }
.copy .icon { width: 0.875rem; height: 0.875rem; }
.command { display: flex; align-items: center; gap: 0.75rem; min-height: 2.25rem; padding-right: 0.5rem; border-radius: 6px; min-width: 0; }
.command pre { flex: 1; min-width: 0; padding: 0.5rem 0 0.5rem 0.875rem; }
.command:not(.command-prompt) pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.command-prompt pre::before { content: "$ "; color: var(--night-soft); user-select: none; }
.terminal { display: grid; gap: 0.375rem 0.75rem; align-items: center; margin-top: 1.5rem; }
.terminal > .small { flex: none; }

.empty { display: grid; justify-items: center; gap: 0.75rem; padding: 3rem 1.5rem; text-align: center; }
.empty .serif { font: 1.375rem/1.75rem var(--serif); }
.empty p { max-width: 30rem; color: var(--ink-2); }
.empty .actions { justify-content: center; margin-top: 0.25rem; }
.empty .command { max-width: 100%; text-align: left; }

.passage { display: grid; }
.step { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) auto; gap: 0 0.625rem; padding: 0.4375rem 0; position: relative; }
.step:not(:last-child)::after { content: ""; position: absolute; left: 0.375rem; top: 1.875rem; bottom: -0.3125rem; border-left: 1px solid var(--line); }
.arch { display: block; width: 13px; height: 15px; margin-top: 0.1875rem; fill: none; stroke: var(--edge); stroke-width: 1.5; overflow: visible; }
.arch-passed { stroke: var(--accent); fill: var(--accent-tint); }
.arch-refused .arch-wall { stroke: var(--danger); fill: var(--danger); }
.arch-refused .arch-bars { stroke: var(--on-danger); stroke-width: 1; }
.arch-would-refuse { stroke: var(--rust); }
.arch-would-refuse .arch-bars { stroke-width: 1; }
.arch-unreached { stroke-dasharray: 1.5 2; }
.step-refused .step-name { font-weight: 600; }
.step-unreached { color: var(--ink-3); }
.step .ms { color: var(--ink-2); font: var(--small); font-variant-numeric: tabular-nums; white-space: nowrap; }
.step p { grid-column: 2 / 4; color: var(--ink-2); font: var(--small); }

.chart-plot { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.375rem 0.625rem; }
.chart-plot svg { width: 100%; height: 10.5rem; display: block; }
.chart-ticks, .chart-labels, .legend { color: var(--ink-2); font: var(--small); font-variant-numeric: tabular-nums; }
.chart-ticks { display: flex; flex-direction: column; justify-content: space-between; height: 11.625rem; margin-block: -0.5625rem; text-align: right; }
.chart-labels { grid-column: 2; display: flex; justify-content: space-between; }
.chart-labels li { flex: 1; }
.chart-grid, .chart-base { stroke: var(--line); vector-effect: non-scaling-stroke; }
.chart-base { stroke: var(--edge); }
.chart details { margin-top: 0.75rem; }
.chart summary { width: max-content; color: var(--accent); cursor: pointer; min-height: 1.5rem; }
.bar-2xx { fill: var(--chart-2); }
.bar-3xx { fill: var(--chart-3); }
.bar-4xx { fill: var(--chart-4); }
.bar-5xx { fill: var(--chart-5); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.legend li { display: flex; align-items: center; gap: 0.375rem; }
.call { display: inline-grid; grid-template-columns: 3.75rem minmax(0, 1fr); }
.pairs { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.375rem 1.25rem; font: var(--cell); }
.pairs dt { color: var(--ink-2); }
.refusal { border: 1px solid var(--danger); border-left-width: 4px; border-radius: 10px; background: var(--surface); padding: 1rem; }
.panel-title { display: flex; gap: 0.75rem; justify-content: space-between; align-items: baseline; margin-bottom: 0.75rem; }
.refusal h2 { font: 400 1.25rem/1.625rem var(--serif); }

@media (max-width: 30rem) { .pairs { grid-template-columns: minmax(0, 1fr); gap: 0; } .pairs dd + dt { margin-top: 0.5rem; } }
@media (max-width: 46rem) { .tile .figure { font-size: 1.5rem; line-height: 1.75rem; } }
@media (min-width: 46.0625rem) {
  .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .terminal { grid-template-columns: max-content minmax(0, 1fr); }
}
`;
