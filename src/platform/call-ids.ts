/** @module Ids of calls: ULIDs whose randomness is drawn for many at once, because one call should not cost sixteen draws. */
import { ulid } from "ulid";

const pool = new Uint8Array(4_096);
let used = pool.length;

/** One of 256 steps in [0, 1): enough for the 32 letters of a ULID, each equally often. */
function step(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const value = (pool[used] ?? 0) / 256;
  used += 1;
  return value;
}

/** 26 characters, sortable by time. To be called within a request: global scope has no randomness. */
export function makeCallId(): string {
  return ulid(Date.now(), step);
}
