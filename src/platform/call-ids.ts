/** @module Ids of calls: ULIDs whose randomness is drawn for many at once, because one call should not cost sixteen draws. */
import { encodeTime } from "ulid";
import { crockford } from "../model/crockford.ts";

const randomLetters = 16;

const bytes = new Uint8Array(4_096);
/** Random letters, and how many of them are used. */
let pool = "";
let used = 0;

function drawn(): string {
  if (used === pool.length) {
    crypto.getRandomValues(bytes);
    // 256 is a multiple of 32: each letter is equally likely.
    pool = String.fromCharCode(...bytes.map((byte) => crockford.charCodeAt(byte & 31)));
    used = 0;
  }
  used += randomLetters;
  return pool.slice(used - randomLetters, used);
}

/** 26 characters, sortable by time. To be called within a request: global scope has no randomness. */
export function makeCallId(): string {
  return encodeTime(Date.now()) + drawn();
}
