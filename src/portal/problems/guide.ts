import type { Handling } from "./handling.ts";

/** What the portal says about one problem. */
export interface Guide {
  /** What happened, for somebody who sees it for the first time. */
  readonly means: string;
  /** Who must do what. */
  readonly act: string;
  /** What a program does when it meets it. */
  readonly handling: Handling;
  /** A `detail` as the gateway writes it. */
  readonly detail: string;
  /** Extension members of the example, as the gateway adds them. */
  readonly members?: Readonly<Record<string, unknown>>;
}
