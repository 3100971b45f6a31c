/** @module Periods of quotas: where in time they lie, by the calendar of a time zone or counted from a subscription. */
import { TZDate } from "@date-fns/tz";
import {
  addDays,
  addHours,
  addMonths,
  addWeeks,
  addYears,
  startOfDay,
  startOfHour,
  startOfISOWeek,
  startOfMonth,
  startOfYear,
} from "date-fns";
import type { Quota, QuotaPeriod } from "../limit.ts";

/** Its first ms and the first ms after it, epoch ms. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

interface Calendar {
  readonly startOf: (date: TZDate) => TZDate;
  /** Clamped to the last day of a month that is too short. */
  readonly add: (date: TZDate, periods: number) => TZDate;
  /** About how long one is. */
  readonly ms: number;
}

const hourMs = 3_600_000;
const calendars: Readonly<Record<QuotaPeriod, Calendar>> = {
  hour: { startOf: (date) => startOfHour(date), add: (date, hours) => addHours(date, hours), ms: hourMs },
  day: { startOf: (date) => startOfDay(date), add: (date, days) => addDays(date, days), ms: 24 * hourMs },
  week: { startOf: (date) => startOfISOWeek(date), add: (date, weeks) => addWeeks(date, weeks), ms: 168 * hourMs },
  month: { startOf: (date) => startOfMonth(date), add: (date, months) => addMonths(date, months), ms: 730.5 * hourMs },
  year: { startOf: (date) => startOfYear(date), add: (date, years) => addYears(date, years), ms: 8_766 * hourMs },
};

/** About how long a period is, in ms: for rates, not for ends. */
export const periodMs = (period: QuotaPeriod): number => calendars[period].ms;

/** The last period that was worked out for each calendar: time zones are dear, and an object asks again and again. */
const known = new Map<string, Period>();
const knownMax = 500;

/** The period in which `now` lies. */
export function periodAt({ period, timeZone = "UTC", anchorAt }: Quota, now: number): Period {
  const id = `${period} ${timeZone} ${anchorAt ?? ""}`;
  const last = known.get(id);
  if (last !== undefined && now >= last.start && now < last.end) return last;
  const calendar = calendars[period];
  const found =
    anchorAt === undefined
      ? calendarPeriod(calendar, new TZDate(now, timeZone))
      : anchoredPeriod(calendar, new TZDate(anchorAt, timeZone), now);
  if (known.size >= knownMax) known.clear();
  known.set(id, found);
  return found;
}

function calendarPeriod({ startOf, add }: Calendar, now: TZDate): Period {
  const start = startOf(now);
  return { start: start.getTime(), end: add(start, 1).getTime() };
}

/** Each counted from the anchor, not from the one before: the 31st is the 28th in February, and the 31st again in March. */
function anchoredPeriod({ add, ms }: Calendar, anchor: TZDate, now: number): Period {
  const startOf = (index: number): number => add(anchor, index).getTime();
  let index = Math.floor((now - anchor.getTime()) / ms);
  while (startOf(index) > now) index -= 1;
  while (startOf(index + 1) <= now) index += 1;
  return { start: startOf(index), end: startOf(index + 1) };
}
