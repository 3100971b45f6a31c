/** What is pressed, typed into or read as a word of state: buttons, fields, segments, badges, methods. */
export const controls = /* css */ `
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; min-height: var(--control); padding: 0.25rem 1rem;
  border: 1px solid var(--edge); border-radius: 6px; background: var(--surface); color: var(--ink);
  font: 500 0.9375rem/1.25rem var(--sans); text-decoration: none; cursor: pointer;
  transition: background-color 120ms, color 120ms, border-color 120ms;
}
.console .button { padding: 0.125rem 0.75rem; font-size: 0.8125rem; }
.button:hover, .button:active { background: var(--sunken); color: var(--ink); }
.button:focus-visible { border-radius: 6px; }
.button-primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.button-primary:hover, .button-primary:active { border-color: var(--accent-strong); background: var(--accent-strong); color: var(--on-accent); }
.button-wide { width: 100%; }
.button[aria-busy="true"] { cursor: progress; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }

.form { display: grid; gap: 1.25rem; max-width: 34rem; }
.field { display: grid; gap: 0.25rem; max-width: 34rem; }
.field label { font-weight: 600; }
.hint { color: var(--ink-2); font: var(--small); }
.input {
  width: 100%; min-height: var(--field); margin-top: 0.25rem; padding: 0.375rem 0.75rem; border: 1px solid var(--edge); border-radius: 6px;
  background: var(--surface); color: var(--ink); font: inherit;
}
textarea.input { display: block; resize: vertical; font: 0.8125rem/1.3125rem var(--mono); overflow-wrap: anywhere; }
.input:focus-visible { border-radius: 6px; }
.field-bad { padding-left: 0.75rem; border-left: 4px solid var(--danger); }
.field-bad .input { border: 2px solid var(--danger); }
.error { color: var(--madder); font-weight: 600; }
.search { display: flex; gap: 0.5rem; }
.search .input { margin: 0; }

.segments { display: inline-flex; flex-wrap: wrap; border: 1px solid var(--edge); border-radius: 6px; overflow: hidden; background: var(--surface); font: var(--cell); }
.segments a { padding: 0.3125rem 0.75rem; color: var(--ink-2); text-decoration: none; }
.segments a + a { border-left: 1px solid var(--line); }
.segments a:hover { background: var(--sunken); }
.segments a[aria-current] { background: var(--ink); color: var(--ground); font-weight: 500; }
.segments a:focus-visible { outline-offset: -3px; box-shadow: none; }

.badge {
  display: inline-flex; align-items: baseline; gap: 0.25rem; padding: 0 0.4375rem; border: 1px solid transparent; border-radius: 3px;
  background: var(--sunken); color: var(--ink-2); font: 500 0.75rem/1.125rem var(--sans); white-space: nowrap;
}
.badge .icon { align-self: center; width: 0.75rem; height: 0.75rem; }
.badges { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.badge-moss { background: var(--moss-tint); color: var(--moss); }
.badge-rust { background: var(--rust-tint); color: var(--rust); }
.badge-madder { background: var(--madder-tint); color: var(--madder); }
.badge-woad { background: var(--woad-tint); color: var(--woad); }
.badge-outlined { border-color: var(--edge); background: none; color: var(--ink-2); }
.method, .status { font: 600 0.75rem/1.25rem var(--mono); white-space: nowrap; }
.status { font-size: 0.8125rem; }
.tone-moss { color: var(--moss); }
.tone-rust { color: var(--rust); }
.tone-madder { color: var(--madder); }
.tone-woad { color: var(--woad); }
.tone-plain { color: var(--ink-2); }
mark { border-radius: 3px; background: color-mix(in srgb, var(--lantern) 40%, var(--surface)); color: var(--ink); }

@media (forced-colors: active) { .badge, .button, .tiles { border: 1px solid; } .chosen { outline: 1px solid; } }
`;
