/**
 * @module Distribution: brings committed changes to the edge. D1's order of commits is the order of roots, so whatever runs
 * twice, late or at the same time, the greatest root holds every change that was distributed before it.
 *
 * (a) records  point and tell, as below, without moving a slot: a revoked key waits for no bucket. A change of records alone
 *              ends here
 * (b) read     one batch: what the touched buckets are made of, and those of changes that others still owe, with the
 *              sequence n of that snapshot: so no root shows half of a change
 * (c) build    buckets and programs to KV, under their hashes; nothing points to them yet
 * (d) point    one batch: take a fresh sequence m, move each slot unless a later snapshot has moved it, read all slots: the
 *              root m. Touched records are read here too: they are as of m, and carry it
 * (e) tell     records to KV, and out of it what is gone; root and signals, numbered m, to the Beacon; to ledgers, likewise,
 *              who may not call any more
 * (f) settle   read the records again, and put what has changed meanwhile
 *
 * A record is never older than its number says. So one that KV does not have yet, or that a racing run overwrote with an
 * older copy, is below the floor of the later signal, and the gateway asks D1 instead.
 */
import { sql } from "drizzle-orm";
import { changes } from "../../schema/actions.ts";
import { slots } from "../../schema/distribution.ts";
import { recordOf, recordQuery, sequenceQuery } from "../../schema/records.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { RecordRef, Touched, World } from "../actions/context.ts";
import { programFormat, type Root } from "../model/program.ts";
import { recordKey, type RecordKind, type RecordTypes } from "../model/records.ts";
import type { Signal } from "../model/signal.ts";
import { buildBuckets, buildGlobal, fits, type BuiltSlot } from "./buckets.ts";
import { judgeCallers } from "./judge-callers.ts";
import { globalSlot, readSnapshot, type Snapshot } from "./snapshot.ts";

type Port = Pick<World, "db" | "edge" | "now">;

/** The effect `distribute`: everything that is due goes together. `alone`: without what others owe (EffectRunner). */
export async function runDistribution(payloads: readonly Touched[], world: Port, alone = false): Promise<void> {
  const touched = joinTouched(payloads);
  if (touched.records.length + touched.purges.length > 0) {
    const pointed = await point(world, 0, [], touched);
    // Beside each other: where the Beacon cannot be reached, the ledgers refuse all the same.
    await Promise.all([
      tell(world, pointed),
      judgeCallers(world, touched.records, pointed.records, pointed.root.sequence),
    ]);
    await settleRecords(world, pointed.records);
    // The first root of all still needs a global program.
    if (pointed.root.global !== "" && !movesSlots(touched)) return;
  }
  const snapshot = await readSnapshot(world, touched, alone);
  const built = await build(world, snapshot);
  // Purges are told again: what the old buckets served after (a) is as stale as what they served before.
  const pointed = await point(world, snapshot.sequence, built, { ...touched, records: [] });
  await tell(world, pointed);
}

function movesSlots({ apis, buckets, policies }: Touched): boolean {
  return apis.length + buckets.length > 0 || policies;
}

/** (c) Makes what the snapshot says and stores it, except what is current already. */
export async function build(world: Port, snapshot: Snapshot): Promise<BuiltSlot[]> {
  const wanted = await buildBuckets(snapshot);
  if (snapshot.policies) wanted.push(await buildGlobal(snapshot));
  const built = wanted.filter(fits);
  await Promise.all(
    built.map(async ({ slot, hash, content }) => {
      if (content === null || snapshot.current.get(slot) === hash) return;
      await ("kind" in content ? world.edge.putProgram(hash, content) : world.edge.putBucket(hash, content));
    }),
  );
  return built;
}

interface RecordPut<Kind extends RecordKind = RecordKind> {
  readonly kind: Kind;
  readonly id: string;
  /** Null: there is none any more. */
  readonly record: RecordTypes[Kind] | null;
}

/** What a run has to tell. */
export interface Pointed {
  readonly root: Root;
  readonly records: readonly RecordPut[];
  readonly signals: readonly Signal[];
}

/** (d) Moves the slots, unless a later snapshot has, and reads the root that results. */
export async function point(
  world: Port,
  builtFrom: number,
  built: readonly BuiltSlot[],
  touched: Touched,
): Promise<Pointed> {
  const { db } = world;
  const answers: readonly unknown[] = await db.batch([
    db.insert(changes).values({ at: world.now(), workspace: platformWorkspace, action: "distribute" }),
    ...built.map((slot) => moveSlot(db, slot, builtFrom)),
    ...touched.records.map(({ kind, id }) => recordQuery(db, kind, id)),
    sequenceQuery(db),
    db.select({ slot: slots.slot, hash: slots.hash }).from(slots),
  ]);
  const [at] = answers.at(-2) as Awaited<ReturnType<typeof sequenceQuery>>;
  const sequence = at?.sequence ?? 0;
  const firstRecord = 1 + built.length;
  return {
    root: rootOf(sequence, answers.at(-1) as { slot: string; hash: string }[]),
    records: touched.records.map(({ kind, id }, index) => ({
      kind,
      id,
      record: recordOf(kind, answers[firstRecord + index], sequence),
    })),
    signals: [
      ...touched.records.map(({ kind, id }): Signal => ({ sequence, kind, id })),
      ...touched.purges.map((purge): Signal => ({ sequence, kind: "purge", ...purge })),
    ],
  };
}

/** (e) All at once, as a record that KV does not take must not hold up its signal. Throws if anything failed. */
export async function tell(world: Port, { root, records, signals }: Pointed): Promise<void> {
  const ended = await Promise.allSettled([
    world.edge.announce(root, signals),
    ...records.map(({ kind, id, record }) => world.edge.putRecord(kind, id, record)),
  ]);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** How often a run looks whether others have changed its records meanwhile. */
const looksMax = 5;

/**
 * (f) Puts what has changed since it was read, until nothing has. Of runs that race over a record, the one that puts last
 * looks last, so what stays in KV is the newest, long after the Beacon has forgotten the signal.
 */
async function settleRecords(world: Port, told: readonly RecordPut[]): Promise<void> {
  let before = told;
  for (let look = 0; look < looksMax; look += 1) {
    const now = await readRecords(world, before);
    const moved = now.filter(({ record }, index) => !isSameRecord(record, before[index]?.record ?? null));
    if (moved.length === 0) return;
    await Promise.all(moved.map(({ kind, id, record }) => world.edge.putRecord(kind, id, record)));
    before = moved;
  }
  throw new Error("records are changed faster than they can be put");
}

/** The records as they are now, in the same order. */
async function readRecords({ db }: Port, refs: readonly Pick<RecordPut, "kind" | "id">[]): Promise<RecordPut[]> {
  if (refs.length === 0) return [];
  const [at, ...rows] = await db.batch([sequenceQuery(db), ...refs.map(({ kind, id }) => recordQuery(db, kind, id))]);
  return refs.map(({ kind, id }, index) => ({ kind, id, record: recordOf(kind, rows[index], at[0]?.sequence ?? 0) }));
}

/** But for the sequence, which every reading has of its own. */
function isSameRecord(a: RecordPut["record"], b: RecordPut["record"]): boolean {
  return JSON.stringify(a && { ...a, sequence: 0 }) === JSON.stringify(b && { ...b, sequence: 0 });
}

function moveSlot(db: World["db"], { slot, hash, body }: BuiltSlot, builtFrom: number) {
  return db
    .insert(slots)
    .values({ slot, workspace: platformWorkspace, hash, body, builtFrom })
    .onConflictDoUpdate({
      target: slots.slot,
      set: { hash: sql`excluded.hash`, body: sql`excluded.body`, builtFrom: sql`excluded.built_from` },
      setWhere: sql`excluded.built_from >= ${slots.builtFrom}`,
    });
}

function rootOf(sequence: number, rows: readonly { readonly slot: string; readonly hash: string }[]): Root {
  const named = rows.filter(({ slot, hash }) => slot !== globalSlot && hash !== "");
  return {
    format: programFormat,
    sequence,
    global: rows.find(({ slot }) => slot === globalSlot)?.hash ?? "",
    buckets: Object.fromEntries(named.map(({ slot, hash }) => [slot, hash])),
  };
}

/** Several changes as one: each thing once. */
export function joinTouched(payloads: readonly Touched[]): Touched {
  const records = new Map<string, RecordRef>();
  for (const ref of payloads.flatMap((one) => one.records)) {
    const key = recordKey(ref.kind, ref.id);
    records.set(key, { ...records.get(key), ...ref });
  }
  return {
    apis: [...new Set(payloads.flatMap(({ apis }) => apis))],
    buckets: [...new Set(payloads.flatMap(({ buckets }) => buckets))],
    records: [...records.values()],
    purges: payloads.flatMap(({ purges }) => purges),
    policies: payloads.some(({ policies }) => policies),
  };
}
