/** Numbers, times and limits as both apps write them (British English, UTC). */
import type { Limit } from "../model/limit.ts";

const inFull = new Intl.NumberFormat("en-GB");
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export function count(value: number): string {
  return inFull.format(value);
}

/** `3 APIs`, `1 API`, `no APIs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return value === 0 ? `no ${many}` : `${count(value)} ${value === 1 ? one : many}`;
}

/** A share in per cent with as many digits as tell something, or – where there is nothing to divide by. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  const share = (100 * part) / whole;
  return share === 0 || share >= 9.95 ? share.toFixed(0) : share.toFixed(share >= 0.995 ? 1 : 2);
}

export function dateOf(epochMs: number): string {
  return day.format(epochMs);
}

/** 14:05, in UTC. */
export function hourOf(epochMs: number): string {
  return minute.format(epochMs);
}

/** 22 Nov 2026, 14:05 UTC */
export function momentOf(epochMs: number): string {
  return `${day.format(epochMs)}, ${minute.format(epochMs)} UTC`;
}

const spans: readonly (readonly [number, string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** `a minute`, `2 hours`, `90 seconds`: the largest unit that divides the window. */
export function windowInWords(windowMs: number): string {
  const [unitMs, unit] = spans.find(([length]) => windowMs % length === 0) ?? [1, "millisecond"];
  const units = windowMs / unitMs;
  if (units === 1) return unit === "hour" ? "an hour" : `a ${unit}`;
  return `every ${count(units)} ${unit}s`;
}

/** What a limit is about, so that plans can be compared by row: `Calls a minute`. */
export function limitSubject(limit: Limit): string {
  if (limit.algorithm === "concurrency") return "Calls at the same time";
  if (limit.algorithm !== "quota") return `Calls ${windowInWords(limit.windowMs)}`;
  return `Calls ${limit.period === "hour" ? "an" : "a"} ${limit.period}`;
}

/** `600`, or `600, at most 50 at once`. */
export function limitFigure(limit: Limit): string {
  const calls = count(limit.callsMax);
  if (limit.algorithm === "quota" && limit.overage === "allow") return `${calls}, more is let through`;
  if (limit.algorithm === "quota" && limit.overage === "charge") return `${calls}, more is charged`;
  return limit.algorithm === "token-bucket" ? `${calls}, at most ${count(limit.burstMax)} at once` : calls;
}

/** `60 calls a minute`, `10,000 calls a month`. */
export function limitInWords(limit: Limit): string {
  const subject = limitSubject(limit).toLowerCase();
  const burst = limit.algorithm === "token-bucket" ? `, at most ${count(limit.burstMax)} at once` : "";
  return `${count(limit.callsMax)} ${subject}${burst}`;
}
