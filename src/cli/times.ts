import * as z from "zod";
import { failure } from "./failure.ts";

const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The ms since 1970 of a date or of a time with its zone, as a flag gives it; a date begins in UTC. */
export function readTime(flag: string, text: string): number {
  const moment = Moment.safeParse(text);
  if (moment.success) return Date.parse(moment.data);
  throw failure(
    `--${flag} ${text} is no time.`,
    "Write a date such as 2026-11-26, or a time such as 2026-11-26T12:00:00Z.",
  );
}

/** `2026-11-26 12:00:00`, in UTC. */
export function showTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");
}
