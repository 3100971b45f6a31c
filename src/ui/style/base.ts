/** Reset, type, links, focus: what every element starts from. */
export const base = /* css */ `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: var(--text); overflow-wrap: break-word; }
h1, h2, h3, h4, p, ul, ol, dl, dd, pre, figure { margin: 0; }
ul, ol { padding: 0; list-style: none; }
h1, h2, h3, .serif { text-wrap: balance; }
h1 { font: var(--h1); letter-spacing: -0.01em; }
h2 { font: var(--h2); }
.portal h2, .serif { font-weight: 400; letter-spacing: -0.005em; }
h3, h4 { font: 600 1rem/1.5rem var(--sans); }
.console h3 { font-size: 0.875rem; line-height: 1.3125rem; }
b, strong, th { font-weight: 600; }
code, pre, kbd { font-family: var(--mono); font-variant-ligatures: none; }
code { padding: 0.0625rem 0.3125rem; border-radius: 3px; background: var(--sunken); font-size: 0.875em; overflow-wrap: anywhere; }
pre code, .plain-code { padding: 0; background: none; font-size: inherit; }
.num { font-variant-numeric: tabular-nums; white-space: nowrap; }
.lede { max-width: 36rem; margin-top: 0.75rem; color: var(--ink-2); font: 1.1875rem/1.8125rem var(--sans); }
.soft { color: var(--ink-2); }
.small { color: var(--ink-2); font: var(--small); }
.prose { max-width: 42.5rem; }
.prose > * + * { margin-top: 1rem; }
.prose > h2 { margin-top: 2.5rem; }
.prose ul { padding-left: 1.25rem; list-style: disc; }

a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.2em; transition: color 120ms; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--lantern-ring); outline-offset: 2px; border-radius: 3px; box-shadow: 0 0 0 6px var(--lantern-halo); }
/* On night and inside scrollers the ring lies inside, in lantern. */
.night :focus-visible, .night:focus-visible, .scroll:focus-visible {
  outline: 2px solid var(--lantern); outline-offset: -3px; box-shadow: none;
}
.scroll:focus-visible { outline-color: var(--lantern-ring); }
main:focus-visible, h1:focus-visible { outline: none; box-shadow: none; }

.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; top: 0.5rem; left: 0.5rem; z-index: 9; padding: 0.5rem 0.75rem; border-radius: 6px; background: var(--raised); }
.skip:not(:focus) { clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; padding: 0; }
.icon { flex: none; width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.mark { flex: none; display: block; }
.mark-keep { fill: currentColor; }
.mark-light { fill: var(--lantern); }
.mark-shut .mark-keep { fill: var(--edge); }
.mark-grating { fill: none; stroke: var(--edge); stroke-width: 1; }

@media (max-width: 46rem) { .lede { font-size: 1.0625rem; line-height: 1.625rem; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { transition: none !important; animation: none !important; } }
@media print {
  .bar, .rail, .strip, .skip, .terminal, .foot, .actions { display: none !important; }
  body { background: none; }
}
`;
