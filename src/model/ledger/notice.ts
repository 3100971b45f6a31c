/**
 * @module Notices: what a ledger tells of by itself, once. They are written with what they tell of, sent by alarm until they
 * have arrived, and may arrive twice.
 */
import type { LimitKey } from "../limit.ts";

export const noticeKinds = ["quota-threshold", "credit-low"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** `id` is the same however often it is told. `data` in units, percent and epoch ms. */
export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly key: LimitKey;
  readonly at: number;
  readonly data: Readonly<Record<string, number>>;
}

/** What has been told of a limit already, as of which period or maximum. */
export interface Warned {
  readonly of: string;
  readonly at: readonly number[];
}
