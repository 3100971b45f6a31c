const keep = "M3 3h3v3h2V3h3v7h10V3h3v3h2V3h3v26h-8.5V19.5a4.5 4.5 0 0 0-9 0V29H3z";
const light = "M13 29v-9.5a3 3 0 0 1 6 0V29z";
const grating = "M13 29v-9.5a3 3 0 0 1 6 0V29M16 17v12M13 22h6M13 25.5h6";

/** Two towers, a wall, a gate with light in it. Shut, with a grating, where there is nothing. Decoration: a word stands by. */
export function Mark({ size, shut = false }: { readonly size: 28 | 56; readonly shut?: boolean }) {
  return (
    <svg class={shut ? "mark mark-shut" : "mark"} viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path class="mark-keep" d={keep} />
      {shut ? <path class="mark-grating" d={grating} /> : <path class="mark-light" d={light} />}
    </svg>
  );
}
