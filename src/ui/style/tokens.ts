/** Colours, faces and measures: the design's table, and the only place with raw colours. */
export const tokens = /* css */ `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f7f5, #0d1311);
  --surface: light-dark(#ffffff, #141c19);
  --raised: light-dark(#ffffff, #1b2521);
  --sunken: light-dark(#ebeeeb, #1f2a26);
  --line: light-dark(#dadfdb, #27332e);
  --edge: light-dark(#7c8781, #6e7d76);
  --ink: light-dark(#15201b, #e9eeeb);
  --ink-2: light-dark(#43504a, #b7c2bc);
  --ink-3: light-dark(#5a6660, #95a29b);
  --accent: light-dark(#0a655d, #6ccfc0);
  --accent-strong: light-dark(#064a44, #9be3d8);
  --accent-tint: light-dark(#dfefec, #12312c);
  --on-accent: light-dark(#ffffff, #05201b);
  --lantern: #f4b62b;
  --lantern-ring: light-dark(#15201b, #f4b62b);
  --lantern-halo: light-dark(#f4b62b, #0d1311);
  --moss: light-dark(#22632f, #8ad597);
  --moss-tint: light-dark(#e2f1e3, #14291a);
  --rust: light-dark(#874600, #f3b572);
  --rust-tint: light-dark(#fcf0df, #2a1e10);
  --madder: light-dark(#9e1f2b, #ff9f9a);
  --madder-tint: light-dark(#fbe9e8, #331719);
  --woad: light-dark(#22528b, #9dc4f3);
  --woad-tint: light-dark(#e4edf7, #15273c);
  --danger: light-dark(#a9222e, #ff9f9a);
  --on-danger: light-dark(#ffffff, #2b0608);
  --chart-2: light-dark(#2c8a80, #4faf9f);
  --chart-3: light-dark(#6f93b8, #6e93bd);
  --chart-4: light-dark(#c4730b, #e39a3c);
  --chart-5: light-dark(#a9222e, #f2777a);
  --chart-rest: light-dark(#c9d2cc, #33423c);
  --night: #0f1916;
  --night-bar: #1a2622;
  --night-rule: #2b3934;
  --night-text: #dfe8e3;
  --night-soft: #9baba3;
  --night-key: #8fd6ca;
  --night-string: #ebc57a;
  --night-number: #f0a583;
  --night-keyword: #a5c9f5;
  --night-border: light-dark(#0f1916, #2b3934);
  --lift: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px -8px rgb(0 0 0 / 18%);
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, Inter, "Noto Sans",
    "Liberation Sans", Arial, sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, P052, "URW Palladio L", "Noto Serif", Georgia, serif;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, "Cascadia Code", Consolas, "DejaVu Sans Mono",
    "Liberation Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }

/* Two densities of one product: wide where one reads, dense where one operates. */
.portal {
  --text: 1rem/1.625 var(--sans);
  --cell: 0.9375rem/1.375rem var(--sans);
  --small: 0.8125rem/1.1875rem var(--sans);
  --head: 0.8125rem/1.1875rem var(--sans);
  --h1: 2.25rem/2.5625rem var(--serif);
  --h2: 1.625rem/1.9375rem var(--serif);
  --control: 2.5rem;
  --field: 2.75rem;
  --cell-y: 0.625rem;
}
.console {
  --text: 0.875rem/1.3125rem var(--sans);
  --cell: 0.8125rem/1.1875rem var(--sans);
  --small: 0.75rem/1.125rem var(--sans);
  --head: 0.75rem/1.125rem var(--sans);
  --h1: 1.75rem/2.125rem var(--serif);
  --h2: 600 0.9375rem/1.25rem var(--sans);
  --control: 2rem;
  --field: 2rem;
  --cell-y: 0.375rem;
}
@media (max-width: 46rem) {
  .portal { --h1: 1.875rem/2.1875rem var(--serif); --h2: 1.375rem/1.6875rem var(--serif); }
  .console { --h1: 1.5rem/1.875rem var(--serif); }
}
`;
