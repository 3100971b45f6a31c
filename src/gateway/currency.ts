/**
 * @module How current an isolate is: which root it stands on, and what the Beacon has signalled since.
 *
 * In traffic it asks every 5 s in the background; what is older than 10 s is waited for. KV's root is the fallback while
 * the Beacon cannot be reached. A sequence never goes back, whatever the source. Only plain data is kept: a promise made
 * in one request may not be awaited in another.
 */
import { recordKey, type RecordKind } from "../model/records.ts";
import { programFormat, type Root } from "../model/program.ts";
import type { BeaconAnswer, PurgeSignal } from "../model/signal.ts";
import type { GatewayPorts } from "./ports.ts";

const askAfterMs = 5_000;
const waitAfterMs = 10_000;
const beaconMs = 1_000;
/** How long a Beacon that failed is left alone while there is a root to serve. */
const retryMs = 2_000;
const purgesMax = 1_000;

/** What an installation stands on before anything was published. */
const nothingServed: Root = { format: programFormat, sequence: -1, global: "", buckets: {} };

export interface Currency {
  root(): Root | null;
  /** Position of the last signal seen. */
  sequence(): number;
  /** Copies of this record below the answer are not believed. */
  floor(kind: RecordKind, id: string): number;
  purges(workspace: string): readonly PurgeSignal[];
  /**
   * Null if the isolate is current enough (a background question may have been started). Else a promise that resolves to
   * whether anything has moved since. Resolves even if nobody answers, if there is a root to serve.
   */
  catchUp(waitUntil: (work: Promise<unknown>) => void): Promise<boolean> | null;
  /** Called when what was remembered of records may be wrong altogether. */
  onReset(forget: () => void): void;
}

export function createCurrency(ports: Pick<GatewayPorts, "beacon" | "source" | "now" | "wait">): Currency {
  let root: Root | null = null;
  let cursor = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  let quietUntil = Number.NEGATIVE_INFINITY;
  const floors = new Map<string, number>();
  const purges = new Map<string, PurgeSignal[]>();
  const forgetters: (() => void)[] = [];

  /** Takes over an answer to what was asked at `askedAt`; says whether it held anything new. */
  function apply(answer: BeaconAnswer, askedAt: number): boolean {
    heardAt = Math.max(heardAt, askedAt);
    let moved = false;
    if (answer.root !== null && answer.root.sequence > (root?.sequence ?? -1)) {
      root = answer.root;
      moved = true;
    }
    if (answer.reset) {
      forgetters.forEach((forget) => forget());
      moved = true;
    }
    for (const signal of answer.signals) {
      moved = true;
      if (signal.kind === "purge") {
        purges.set(signal.workspace, [...(purges.get(signal.workspace) ?? []), signal].slice(-purgesMax));
      } else {
        const key = recordKey(signal.kind, signal.id);
        floors.set(key, Math.max(floors.get(key) ?? 0, signal.sequence));
      }
    }
    cursor = Math.max(cursor, answer.cursor);
    return moved;
  }

  async function ask(): Promise<boolean> {
    const askedAt = ports.now();
    const answer = await Promise.race([
      ports.beacon.since({ root: root?.sequence ?? -1, cursor }).catch(() => null),
      ports.wait(beaconMs).then(() => null),
    ]);
    if (answer === null) quietUntil = ports.now() + retryMs;
    const moved = answer !== null && apply(answer, askedAt);
    if (root !== null) return moved;
    // The Beacon cannot be reached, or knows of no root: it may be younger than the registry.
    const stored = await ports.source.root();
    if (root === null) root = stored ?? (answer === null ? null : nothingServed);
    return root !== null;
  }

  return {
    root: () => root,
    sequence: () => cursor,
    floor: (kind, id) => floors.get(recordKey(kind, id)) ?? 0,
    purges: (workspace) => purges.get(workspace) ?? [],
    onReset: (forget) => void forgetters.push(forget),
    catchUp(waitUntil) {
      const now = ports.now();
      // A clock that stepped back says nothing about how long ago the Beacon was heard: ask.
      const age = now >= heardAt ? now - heardAt : Number.POSITIVE_INFINITY;
      if (age <= askAfterMs || (root !== null && now < quietUntil)) return null;
      if (root !== null && age <= waitAfterMs) {
        quietUntil = now + beaconMs;
        waitUntil(ask());
        return null;
      }
      return ask();
    },
  };
}
