const drawings = {
  check: "M3.5 8.5l3 3 6-7",
  clock: "M8 2.25a5.75 5.75 0 1 0 0 11.5a5.75 5.75 0 0 0 0-11.5zM8 5v3.25l2 1.25",
  cross: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  info: "M8 2.25a5.75 5.75 0 1 0 0 11.5a5.75 5.75 0 0 0 0-11.5zM8 7.5v3.25M8 5.1v.15",
  lock: "M4 7.25h8v5.5H4zM5.75 7.25V5.5a2.25 2.25 0 0 1 4.5 0v1.75",
  pause: "M5.75 4v8M10.25 4v8",
  stop: "M8 2.25a5.75 5.75 0 1 0 0 11.5a5.75 5.75 0 0 0 0-11.5zM8 5v3.5M8 10.9v.1",
  warning: "M8 2.5L14 13H2zM8 6.5v3M8 11.2v.1",
} as const;

export type IconName = keyof typeof drawings;

/** 16 × 16, drawn with the colour of the text beside it. Always beside a word: hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}
