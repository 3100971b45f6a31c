/** Ashlar: stones of 80 × 48, every second course shifted by half, gone before they reach text. */
export function Courses({ class: className = "courses" }: { readonly class?: string }) {
  return (
    <svg class={className} aria-hidden="true">
      <defs>
        <pattern id="stones" width="80" height="96" patternUnits="userSpaceOnUse">
          <path d="M0 .5h80M0 48.5h80M.5 0v48M40.5 48v48" fill="none" stroke="currentColor" />
        </pattern>
        <linearGradient id="fade">
          <stop offset="0" stop-color="#fff" stop-opacity="0" />
          <stop offset=".6" stop-color="#fff" />
        </linearGradient>
        <mask id="away">
          <rect width="100%" height="100%" fill="url(#fade)" />
        </mask>
      </defs>
      <rect width="100%" height="100%" fill="url(#stones)" mask="url(#away)" />
    </svg>
  );
}
