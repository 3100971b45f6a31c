import type { Child } from "hono/jsx";

export type Verdict = "passed" | "answered" | "refused" | "would-refuse" | "skipped" | "unreached";

export interface PassageStep {
  readonly name: string;
  readonly verdict: Verdict;
  readonly ms: number | null;
  /** One line of why. */
  readonly why?: Child;
}

/** The drawing of a verdict; a word stands beside it. */
function Arch({ verdict }: { readonly verdict: Verdict }) {
  const drawn = verdict === "answered" ? "passed" : verdict === "skipped" ? "unreached" : verdict;
  const barred = drawn === "refused" || drawn === "would-refuse";
  return (
    <svg class={`arch arch-${drawn}`} viewBox="0 0 13 15" width="13" height="15" aria-hidden="true">
      <path class="arch-wall" d="M1.5 14.2V6.5a5 5 0 0 1 10 0v7.7z" />
      {barred ? <path class="arch-bars" d="M4.9 3.5v10.7M8.1 3.5v10.7" /> : null}
    </svg>
  );
}

const words: Record<Verdict, string> = {
  passed: "passed",
  answered: "answered itself",
  refused: "refused",
  "would-refuse": "would have refused",
  skipped: "did not apply",
  unreached: "not reached",
};

/** A call's way through its policies, in the order in which they ran. */
export function Passage({ steps }: { readonly steps: readonly PassageStep[] }) {
  return (
    <ol class="passage">
      {steps.map((step) => (
        <li class={`step step-${step.verdict}`}>
          <Arch verdict={step.verdict} />
          <span>
            <span class="step-name">{step.name}</span> <span class="small">{words[step.verdict]}</span>
          </span>
          <span class="ms">{step.ms === null ? "" : `${step.ms} ms`}</span>
          {step.why === undefined ? null : <p>{step.why}</p>}
        </li>
      ))}
    </ol>
  );
}
