/** @module Ids of calls: ULIDs whose randomness is drawn for many at once, because one call should not cost sixteen draws. */
import { crockford } from "../model/crockford.ts";

const randomLetters = 16;
const timeLetters = 10;

const bytes = new Uint8Array(4_096);
/** Random letters, and how many of them are used. */
let pool = "";
let used = 0;
/** The time of the last id, and its letters: calls of one millisecond share them. */
let last = { at: -1, letters: "" };

function timeOf(at: number): string {
  if (at === last.at) return last.letters;
  let text = "";
  for (let rest = at; text.length < timeLetters; rest = Math.floor(rest / 32))
    text = (crockford[rest % 32] ?? "") + text;
  last = { at, letters: text };
  return text;
}

function randomOnes(): string {
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
  return timeOf(Date.now()) + randomOnes();
}
