/**
 * @module How current an isolate is: which root it stands on, and what the Beacon has signalled since.
 *
 * In traffic it asks every 5 s in the background; what is older than 10 s is waited for. KV's root is the fallback while
 * the Beacon cannot be reached. A sequence never goes back, whatever the source. Only plain data is kept: a promise made
 * in one request may not be awaited in another.
 */
import { recent } from "../model/recent.ts";
import { recordKey, type RecordKind } from "../model/records.ts";
import { programFormat, type Root } from "../model/program.ts";
import type { BeaconAnswer, PurgeSignal, Signal } from "../model/signal.ts";
import type { GatewayPorts } from "./ports.ts";

const askAfterMs = 5_000;
const waitAfterMs = 10_000;
const beaconMs = 1_000;
/** How long a Beacon that failed is left alone while there is a root to serve. */
const retryMs = 2_000;
const purgesMax = 1_000;
/** More than change within the minutes that a copy may be stale. A floor that is dropped costs what KV is behind. */
const floorsMax = 50_000;

/** What an installation stands on before anything was published. */
const nothingServed: Root = { format: programFormat, sequence: -1, global: "", buckets: {} };

/** What an answer of the Beacon changed: the root, and the records and workspaces' purges that its signals name. */
export interface Moved {
  readonly root: boolean;
  readonly names: ReadonlySet<string> | "all";
}

/** How {@link Moved} names a workspace's purges. */
export const purgesOf = (workspace: string): string => `purges ${workspace}`;

const nothing: Moved = { root: false, names: new Set() };

export interface Currency {
  root(): Root | null;
  /** Position of the last signal seen. */
  sequence(): number;
  /** Copies of this record below the answer are not believed. */
  floor(kind: RecordKind, id: string): number;
  purges(workspace: string): readonly PurgeSignal[];
  /** Whether somebody watches the workspace's calls. */
  isTailed(workspace: string): boolean;
  /**
   * Null if the isolate is current enough (a background question may have been started). Else a promise that resolves to
   * what has moved since. Resolves even if nobody answers.
   */
  catchUp(waitUntil: (work: Promise<unknown>) => void): Promise<Moved> | null;
  /** Called when what was remembered of records may be wrong altogether. */
  onReset(forget: () => void): void;
}

export function createCurrency(ports: Pick<GatewayPorts, "beacon" | "source" | "now" | "wait">): Currency {
  let root: Root | null = null;
  let cursor = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  /** No question before this, while there is a root to serve. */
  let quiet = { from: Number.NEGATIVE_INFINITY, ms: 0 };
  let isFailing = false;
  const floors = recent<number>(floorsMax);
  const purges = new Map<string, PurgeSignal[]>();
  let tailed: readonly string[] = [];
  const forgetters: (() => void)[] = [];

  const keepQuiet = (ms: number): void => void (quiet = { from: ports.now(), ms });
  /** A clock that has stepped back says nothing about how long ago something was: then it is over. */
  const within = (from: number, ms: number, now: number): boolean => now >= from && now - from <= ms;

  function take(found: Root): boolean {
    if (found.sequence <= (root?.sequence ?? Number.NEGATIVE_INFINITY)) return false;
    root = found;
    return true;
  }

  /** Takes over an answer to what was asked at `askedAt`. */
  function apply(answer: BeaconAnswer, askedAt: number): Moved {
    heardAt = Math.max(heardAt, askedAt);
    const moved = answer.root !== null && take(answer.root);
    if (answer.reset) forgetters.forEach((forget) => forget());
    const names = new Set(answer.signals.map(note));
    cursor = Math.max(cursor, answer.cursor);
    tailed = answer.tailed ?? [];
    return { root: moved, names: answer.reset ? "all" : names };
  }

  function note(signal: Signal): string {
    if (signal.kind === "purge") {
      const known = purges.get(signal.workspace) ?? [];
      // Two questions may have been under way at once: a mark is kept once.
      if (known.every(({ sequence }) => sequence !== signal.sequence)) {
        purges.set(signal.workspace, bounded([...known, signal]));
      }
      return purgesOf(signal.workspace);
    }
    const key = recordKey(signal.kind, signal.id);
    floors.set(key, Math.max(floors.get(key) ?? 0, signal.sequence));
    return key;
  }

  async function ask(): Promise<Moved> {
    const askedAt = ports.now();
    const answer = await Promise.race([
      ports.beacon.since({ root: root?.sequence ?? -1, cursor }).catch(() => null),
      ports.wait(beaconMs).then(() => null),
    ]);
    isFailing = answer === null;
    if (answer === null) keepQuiet(retryMs);
    const moved = answer === null ? nothing : apply(answer, askedAt);
    if (answer?.more === true) return joined(moved, await ask());
    if (answer !== null && root !== null) return moved;
    // The Beacon cannot be reached, or knows of no root: it may be younger than the registry.
    const stored = await ports.source.root().catch(() => null);
    const found = stored ?? (answer === null ? null : nothingServed);
    return found !== null && take(found) ? { ...moved, root: true } : moved;
  }

  return {
    root: () => root,
    sequence: () => cursor,
    floor: (kind, id) => (floors.size === 0 ? 0 : (floors.get(recordKey(kind, id)) ?? 0)),
    purges: (workspace) => purges.get(workspace) ?? [],
    isTailed: (workspace) => tailed.length > 0 && tailed.includes(workspace),
    onReset: (forget) => void forgetters.push(forget),
    catchUp(waitUntil) {
      const now = ports.now();
      if (within(heardAt, askAfterMs, now)) return null;
      if (root === null) return ask();
      if (within(quiet.from, quiet.ms, now)) return null;
      const isFresh = within(heardAt, waitAfterMs, now);
      // While the Beacon fails, one call at a time asks; the others are served from what there is.
      if (isFresh || isFailing) keepQuiet(beaconMs);
      if (!isFresh) return ask();
      waitUntil(ask());
      return null;
    },
  };
}

function joined(a: Moved, b: Moved): Moved {
  const names = a.names === "all" || b.names === "all" ? "all" : new Set([...a.names, ...b.names]);
  return { root: a.root || b.root, names };
}

/** The newest marks of a workspace. What they leave out is folded into one mark that the whole workspace is stale by. */
function bounded(marks: PurgeSignal[]): PurgeSignal[] {
  if (marks.length <= purgesMax) return marks;
  const [first, second, ...rest] = marks.sort((a, b) => a.sequence - b.sequence);
  if (first === undefined || second === undefined) return marks;
  return [{ ...second, scope: "prefix", value: "/" }, ...rest];
}
