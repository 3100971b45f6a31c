/** What stands around a page: portal bar, console rail and strip, breadcrumb, foot. */
export const frames = /* css */ `
.frame { width: 100%; max-width: 84rem; margin-inline: auto; padding-inline: 1rem; }
.brand { display: inline-flex; align-items: center; gap: 0.625rem; min-width: 0; color: var(--ink); font: 400 1.1875rem/1.5rem var(--serif); text-decoration: none; }
.brand:hover { color: var(--ink); }
.brand-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.brand-part { flex: none; padding-left: 0.75rem; border-left: 1px solid var(--line); color: var(--ink-2); font: var(--small); }

.bar { border-bottom: 1px solid var(--line); background: var(--surface); }
.bar > .frame { display: flex; align-items: center; gap: 1.5rem; min-height: 3.25rem; }
.bar nav a { display: inline-flex; align-items: center; min-height: 2.5rem; color: var(--ink-2); text-decoration: none; }
.bar nav a:hover { color: var(--ink); }
.bar nav a[aria-current] { color: var(--ink); font-weight: 500; }
.bar ul { display: flex; gap: 1.25rem; }
.bar .brand { flex: 0 1 auto; }
.bar nav { margin-left: auto; }

.crumbs { font: var(--small); color: var(--ink-2); margin-bottom: 0.5rem; }
.crumbs ol { display: flex; flex-wrap: wrap; gap: 0 0.5rem; }
.crumbs li + li::before { content: "/"; margin-right: 0.5rem; color: var(--ink-3); }
.crumbs a { color: inherit; }
.page { padding-block: 2rem 4rem; }
.page-head { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-end; justify-content: space-between; margin-bottom: 2rem; }
.page-head > :first-child { min-width: 0; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; }
.foot { border-top: 1px solid var(--line); color: var(--ink-2); font: var(--small); }
.foot > .frame { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between; padding-block: 1.75rem; }
.foot a { color: inherit; }
.portal { display: flex; flex-direction: column; min-height: 100vh; }
.portal > main { flex: 1; }

.console > .rail { background: var(--surface); border-bottom: 1px solid var(--line); }
.rail-top { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; min-height: 3rem; padding: 0 1rem; }
.menu > summary { display: inline-flex; align-items: center; min-height: 2rem; padding: 0 0.75rem; border: 1px solid var(--edge); border-radius: 6px; font: 500 0.8125rem/1.25rem var(--sans); cursor: pointer; list-style: none; }
.menu > summary::-webkit-details-marker { display: none; }
.menu nav { padding: 0.5rem 1rem 1rem; }
.menu[open] nav { position: absolute; inset-inline: 0; z-index: 5; background: var(--raised); border-bottom: 1px solid var(--line); box-shadow: var(--lift); margin-top: 0.5rem; }
.where { padding: 0.4375rem 0.75rem; border: 1px solid var(--line); border-radius: 6px; font: 500 0.8125rem/1.1875rem var(--sans); }
.where span { display: block; color: var(--ink-2); font: var(--small); }
.where > summary { position: relative; padding-right: 1.5rem; list-style: none; cursor: pointer; }
.where > summary::-webkit-details-marker { display: none; }
.where > summary::after { content: ""; position: absolute; right: 0.25rem; top: 0.5rem; width: 0.4375rem; height: 0.4375rem; border: solid var(--ink-2); border-width: 0 1.5px 1.5px 0; rotate: 45deg; }
.where ul { margin-top: 0.375rem; border-top: 1px solid var(--line); padding-top: 0.25rem; }
.where a { display: block; padding: 0.25rem 0; }
.nav-group { margin-top: 1rem; }
.nav-group > p { padding: 0 0.9375rem 0.25rem; color: var(--ink-3); font: var(--small); }
.nav-group a { display: block; padding: 0.3125rem 0.75rem; border-left: 3px solid transparent; border-radius: 3px; color: var(--ink-2); font: var(--cell); text-decoration: none; }
.nav-group a:hover { background: var(--sunken); color: var(--ink); }
.nav-group a[aria-current] { border-left-color: var(--accent); background: var(--accent-tint); color: var(--ink); font-weight: 600; }
.rail-end { margin-top: 1.25rem; padding: 0.75rem 0.75rem 0; border-top: 1px solid var(--line); font: var(--small); color: var(--ink-2); overflow-wrap: anywhere; }
.rail-end .button { margin-top: 0.5rem; }
.console .page { max-width: 96rem; padding: 1.25rem 1rem 3rem; }
.console .page-head { margin-bottom: 1.25rem; align-items: center; }
.strip { display: none; }
.wide-only { display: none; }

@media (max-width: 30rem) {
  .brand-part { display: none; }
  .bar > .frame { gap: 1rem; }
  .bar .brand { gap: 0.5rem; font-size: 1.0625rem; }
  .bar ul { gap: 1rem; }
}
@media (min-width: 46.0625rem) {
  .frame { padding-inline: 2rem; }
  .bar > .frame { min-height: 3.75rem; }
  .bar nav { margin-left: 0; }
  .bar nav a { min-height: 3.75rem; border-block: 3px solid transparent; }
  .bar nav a[aria-current] { border-bottom-color: var(--accent); }
}
@media (max-width: 68rem) { .console .crumbs-page { display: none; } }
@media (min-width: 68.0625rem) {
  .narrow-only { display: none; }
  .wide-only { display: block; }
  body.console:not(.sign-in) { display: grid; grid-template-columns: 14.5rem minmax(0, 1fr); grid-template-rows: auto 1fr; min-height: 100vh; }
  .console > .rail { grid-row: 1 / 3; border-right: 1px solid var(--line); border-bottom: 0; padding-bottom: 1.5rem; }
  .rail-in { position: sticky; top: 0; padding: 0 0.75rem; }
  .rail-top { min-height: 4rem; padding: 0 0.5rem; }
  .console > .strip { display: flex; align-items: center; min-height: 3rem; padding: 0 1.5rem; border-bottom: 1px solid var(--line); background: var(--surface); }
  .strip .crumbs { margin: 0; font: var(--cell); }
  .console .page { width: 100%; padding: 1.25rem 1.5rem 3rem; }
}
`;
