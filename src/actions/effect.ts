/**
 * @module Effects: what a committed change still owes outside D1. Each is an outbox row of the change's own batch, run at once
 * and, if that fails, by the Courier until it is done: so a runner must be safe to run twice, late and concurrently.
 */
import { and, eq, lte, sql } from "drizzle-orm";
import { outbox } from "../../schema/actions.ts";
import { placements } from "../../schema/distribution.ts";
import type { Effect, Touched, World } from "./context.ts";
import { databaseMessage } from "./failure.ts";
import { chunks } from "../model/chunks.ts";
import { isAmong } from "./rows.ts";

/** A distribution of what is named; what is left out is not touched. */
export function distribute(touched: Partial<Touched>): Extract<Effect, { readonly kind: "distribute" }> {
  return {
    kind: "distribute",
    payload: { apis: [], buckets: [], records: [], purges: [], policies: false, ...touched },
  };
}

/** What all of them together bring to the edge. */
export function touchedBy(effects: readonly Effect[]): Touched[] {
  return effects.flatMap((effect) => (effect.kind === "distribute" ? [effect.payload] : []));
}

/**
 * Effects that name, besides APIs, the buckets in which those stand before the change. By the time an effect runs an API may
 * have been moved or deleted, and what was served in its place must hear of that even so.
 */
export async function withBuckets({ db }: Pick<World, "db">, effects: readonly Effect[]): Promise<Effect[]> {
  const apis = touchedBy(effects).flatMap((touched) => touched.apis);
  if (apis.length === 0) return [...effects];
  const rows = await db
    .selectDistinct({ api: placements.api, bucket: placements.bucket })
    .from(placements)
    .where(isAmong(placements.api, apis));
  return effects.map((effect) => {
    if (effect.kind !== "distribute") return effect;
    const { payload } = effect;
    const left = rows.filter(({ api }) => payload.apis.includes(api)).map(({ bucket }) => bucket);
    return distribute({ ...payload, buckets: [...new Set([...payload.buckets, ...left])] });
  });
}

/**
 * Most records that one outbox row names; most rows that are run together, and most records of theirs. A request has 1,000
 * queries of D1 and as many operations of KV, and a run may have to move all 257 slots twice: together, then alone.
 */
const recordsMax = 40;
const rowsMax = 20;
const recordsTogetherMax = 200;

/** An effect as effects that are small enough to be one row each. */
export function splitEffect(effect: Effect): Effect[] {
  if (effect.kind !== "distribute") return [effect];
  const { records, ...rest } = effect.payload;
  if (records.length <= recordsMax) return [effect];
  return chunks(records, recordsMax).map((own, part) =>
    part === 0 ? distribute({ ...rest, records: own }) : distribute({ records: own }),
  );
}

export interface OutboxRow {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly attempts: number;
}

/** The first of these rows: as many as one run may take. */
export function firstRows<Row extends OutboxRow>(rows: readonly Row[]): Row[] {
  let records = 0;
  const end = rows.findIndex(({ payload }, index) => {
    records += (payload as Partial<Touched>).records?.length ?? 0;
    return index === rowsMax || (index > 0 && records > recordsTogetherMax);
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** How long the request that made an effect may take over it before the Courier joins in. */
export const headStartMs = 3_000;

/** Wait before attempt `attempts + 1`: two seconds, doubled each time, at most five minutes. */
export function backoffMs(attempts: number): number {
  return Math.min(300_000, 2_000 * 2 ** Math.min(attempts, 10));
}

/**
 * Runs the rows, all of a kind together, and removes what is done. Where that fails, each row is run alone, so that a failure
 * stays with the row it belongs to: only that one is put off. Never throws.
 */
export async function runEffects(rows: readonly OutboxRow[], world: World): Promise<void> {
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const own = rows.filter((row) => row.kind === kind);
    if (await runRows(kind, own, world, false)) continue;
    for (const row of own) if (!(await runRows(kind, [row], world, true))) await postpone(row, world);
  }
}

/** Answers whether the rows are done. */
async function runRows(kind: string, rows: readonly OutboxRow[], world: World, alone: boolean): Promise<boolean> {
  try {
    const run = runnerOf(kind, world);
    await run(
      rows.map((row) => row.payload),
      world,
      alone,
    );
    await world.db.delete(outbox).where(idsOf(rows));
    return true;
  } catch (error) {
    console.error("effect failed", kind, rows.map(({ id }) => id).join(" "), databaseMessage(error));
    return false;
  }
}

/** Payloads are as they were written: by this build, or by the one before it, whose kinds must keep their form. */
function runnerOf(kind: string, world: World): (payloads: unknown[], world: World, alone: boolean) => Promise<void> {
  const runners: Readonly<Record<string, unknown>> = world.effects;
  const run = runners[kind];
  if (typeof run !== "function") throw new Error(`there is no effect of kind ${kind}`);
  return run as (payloads: unknown[], world: World, alone: boolean) => Promise<void>;
}

/** Runs what is due and answers when the next is (epoch ms), or null while nothing is owed. The Courier's work. */
export async function runDueEffects(world: World): Promise<number | null> {
  const due = await world.db
    .select()
    .from(outbox)
    .where(lte(outbox.dueAt, world.now()))
    .orderBy(outbox.dueAt)
    .limit(rowsMax);
  await runEffects(firstRows(due), world);
  const [next] = await world.db.select({ at: sql<number | null>`min(${outbox.dueAt})` }).from(outbox);
  return next?.at ?? null;
}

/** One parameter, however many rows: D1 binds 100. */
function idsOf(rows: readonly OutboxRow[]) {
  return isAmong(
    outbox.id,
    rows.map(({ id }) => id),
  );
}

/** The attempt is counted even if this fails too: then the row stays due as it was, and is only tried sooner. */
async function postpone(row: OutboxRow, world: World): Promise<void> {
  try {
    await world.db
      .update(outbox)
      .set({ attempts: row.attempts + 1, dueAt: world.now() + backoffMs(row.attempts) })
      .where(and(eq(outbox.id, row.id), eq(outbox.attempts, row.attempts)));
  } catch (error) {
    console.error("effect could not be put off", databaseMessage(error));
  }
}
