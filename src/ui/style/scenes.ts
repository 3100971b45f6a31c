/** What stands once: the portal's home with its gate, the sign-in wall, the grids of single pages. */
export const scenes = /* css */ `
.hero { border-bottom: 1px solid var(--line); background: var(--surface); position: relative; overflow: hidden; }
.hero > .frame { position: relative; display: grid; gap: 2.5rem; padding-top: 2rem; }
.hero .display { font: 2.25rem/2.4375rem var(--serif); letter-spacing: -0.02em; }
.hero + .page { padding-top: 3rem; }
.hero .actions { margin-top: 1.75rem; }
.courses { display: none; position: absolute; inset: 0 0 0 auto; width: 48%; height: 100%; color: var(--line); }
.gate {
  align-self: end; width: 100%; max-width: 30rem; min-width: 0; margin-inline: auto; padding: 2.5rem 1.25rem 1.5rem;
  border: 1px solid var(--night-border); border-bottom: 0; border-radius: 50vw 50vw 0 0 / min(50vw, 15rem) min(50vw, 15rem) 0 0; background: var(--night); color: var(--night-text);
}
.gate-word { color: var(--lantern); font: 1.625rem/2rem var(--serif); text-align: center; }
.gate-sub { margin: 0.25rem auto 0; max-width: 16rem; color: var(--night-soft); font: 0.8125rem/1.1875rem var(--sans); text-align: center; }
.gate pre { margin-top: 1.75rem; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.75rem/1.375rem var(--mono); }
.gate pre + pre { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--night-rule); }
.gate code { background: none; padding: 0; }
.steps { display: grid; gap: 2rem; }
.steps > li { border-top: 2px solid var(--ink); padding-top: 0.625rem; }
.steps .numeral { color: var(--ink-3); font: 1.0625rem/1.375rem var(--serif); }
.offer { display: grid; gap: 0.25rem 1.5rem; padding: 0.9375rem 0; align-items: baseline; }
.offer-name { font: 400 1.25rem/1.625rem var(--serif); }
.offer-name a { color: var(--ink); }
.offer-name a:hover { color: var(--accent-strong); }
.split { display: grid; gap: 2.5rem; grid-template-columns: minmax(0, 1fr); }
.side { display: grid; gap: 2rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.side h2 { font: 600 1rem/1.5rem var(--sans); margin-bottom: 0.375rem; letter-spacing: 0; }
.split-code > * { align-content: start; }
.split-code { margin-top: 2.5rem; }
.under-title { margin-top: 0.75rem; }
.after-title { margin-top: 0.5rem; max-width: 42.5rem; }
.side > p, .side section > .small { margin-top: 0.5rem; }
.hit { display: grid; gap: 0.5rem; padding: 1.25rem 0; }
.hit .section-head { margin: 0; }
.hit .operations { border-left: 2px solid var(--line); padding-left: 0.875rem; }
.hit .operations > li { padding-block: 0.25rem; }
.problem-item { display: grid; grid-template-columns: 3rem minmax(0, 1fr); gap: 0 0.75rem; padding: 0.75rem 0; }
.problem-item > code { grid-column: 2; color: var(--ink-2); font-size: 0.8125rem; }
.console .split { gap: 1.5rem; }
.pair { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); align-items: start; }

.sign-in { display: grid; min-height: 100vh; align-items: center; }
.sign-in main { width: 100%; max-width: 25rem; margin: 0 auto; padding: 2rem 1rem; --text: 1rem/1.625 var(--sans); --field: 2.75rem; --control: 2.5rem; font: var(--text); }
.sign-in .button { font-size: 0.9375rem; }
.sign-in h1 { margin-top: 1.75rem; font: 2.25rem/2.5625rem var(--serif); }
.sign-in .form { margin-top: 1.5rem; }
.sign-in .input { font: 1rem/1.625 var(--mono); }
.wall { display: none; position: relative; align-self: stretch; overflow: hidden; background: var(--night); color: var(--night-bar); }
.wall svg { position: absolute; }
.wall-arch-3 { fill: var(--night-bar); }
.wall-arch-2 { fill: color-mix(in srgb, var(--night-bar) 50%, var(--night)); }
.wall-arch-1, .wall-bars { fill: color-mix(in srgb, var(--night) 75%, black); }
.wall-light { fill: var(--lantern); }
.wall-courses { inset: 0; width: 100%; height: 100%; }
.wall-gate { bottom: 0; left: 50%; width: 25rem; height: 28.75rem; transform: translateX(-50%); }

@media (min-width: 46.0625rem) {
  .steps { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .offer { grid-template-columns: minmax(0, 4fr) minmax(0, 9fr) minmax(0, 4fr); }
  .problem-item { grid-template-columns: 3rem minmax(0, 1fr) auto; align-items: baseline; }
  .problem-item > code { grid-column: 3; }
  .offer .badges { justify-content: flex-end; }
}
@media (min-width: 68.0625rem) {
  .courses { display: block; }
  .hero > .frame { grid-template-columns: minmax(0, 1fr) 30rem; gap: 4rem; align-items: center; min-height: 29rem; padding-top: 4rem; }
  .hero .display { font-size: 3.25rem; line-height: 3.5rem; }
  .hero .lede { margin-top: 1.5rem; }
  .gate { padding: 2.5rem 2rem 1.5rem; min-height: 23rem; border-radius: 15rem 15rem 0 0; }
  .split { grid-template-columns: minmax(0, 1fr) 20.9375rem; gap: 3rem; }
  .split-code { grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); }
  .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .sign-in { grid-template-columns: 1fr 1fr; }
  body.sign-in { display: grid; }
  .wall { display: block; }
}
`;
