/** Ruled tables; under 46 rem each row becomes a block of pairs. Plans stand side by side, and abreast on phones. */
export const tables = /* css */ `
.scroll { overflow-x: auto; }
.table { width: 100%; border-collapse: collapse; font: var(--cell); }
.table th, .table td { padding: var(--cell-y) 1rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
.table thead th { color: var(--ink-3); font: var(--head); font-weight: 500; white-space: nowrap; }
.table tbody th { font-weight: 500; }
.panel .table tbody tr:last-child > * { border-bottom: 0; }
.table .right { text-align: right; font-variant-numeric: tabular-nums; }
.live + .live { display: block; margin-top: 0.25rem; }
.table .second { display: block; color: var(--ink-3); font: var(--small); }
.ruled > * { border-bottom: 1px solid var(--line); }
.ruled > :first-child { border-top: 1px solid var(--line); }

h3 + .operations { margin-top: 0.375rem; }
.operations > li { display: grid; grid-template-columns: 4rem minmax(0, 1fr); gap: 0 0.5rem; padding: 0.5rem 0; }
.operations .method { padding-top: 0.125rem; }
.operations .path { font: 0.8125rem/1.375rem var(--mono); overflow-wrap: anywhere; }
.operations .what { grid-column: 2; color: var(--ink-2); font: var(--cell); }

.plans th, .plans td { vertical-align: top; }
.plans thead th { padding-block: 0.875rem; color: var(--ink); white-space: normal; }
.plans .plan-name { display: block; font: 400 1.25rem/1.625rem var(--serif); }
.plans tbody th { width: 22%; color: var(--ink-2); font-weight: 400; }

@media (max-width: 46rem) {
  .table-rows, .table-rows tbody, .table-rows tr, .table-rows th, .table-rows td { display: block; }
  .table-rows thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .table-rows tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0.375rem 1rem; padding: 0.75rem 1rem; border-bottom: 1px solid var(--line); }
  .panel .table-rows tbody tr:last-child { border-bottom: 0; }
  .table-rows tr > * { min-width: 0; padding: 0; border: 0; text-align: left; }
  .table-rows tbody th { grid-column: 1 / -1; }
  .table-rows td[data-label]::before { content: attr(data-label); display: block; color: var(--ink-3); font: var(--small); }
  .table-rows td:empty { display: none; }
  .table-rows .right { text-align: left; }
  .plans, .plans tbody, .plans thead { display: block; }
  .plans tr { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; padding: 0.625rem 0.75rem; border-bottom: 1px solid var(--line); }
  .plans tbody tr:last-child { border-bottom: 0; }
  .plans thead td { display: none; }
  .plans tr > * { flex: 1 1 0; min-width: 0; padding: 0; border: 0; }
  .plans thead th { padding: 0; }
  .plans .plan-name { font-size: 0.9375rem; line-height: 1.375rem; }
  .plans tbody th { flex: 0 0 100%; width: auto; font: var(--small); }
}
@media (min-width: 46.0625rem) {
  .operations > li { grid-template-columns: 4rem minmax(0, 1fr) minmax(0, 1fr); gap: 0 1rem; }
  .operations .what { grid-column: 3; }
}
`;
