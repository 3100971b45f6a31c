/**
 * @module The Durable Object `Beacon`: says what is current. One per installation, named `beacon`.
 *
 * It keeps the newest root and numbers signals in the order in which they arrive: that number is the callers' cursor, so
 * that an announcement overtaken by a later one is still seen. What it stores is durable before anybody hears of it.
 */
import { DurableObject } from "cloudflare:workers";
import { Root } from "../model/program.ts";
import { Signal, type BeaconAnswer, type BeaconQuestion } from "../model/signal.ts";

/** Longer than any isolate believes a record without asking. */
const recordSignalsMs = 600_000;
/** Longer than any cached response lives. */
const purgeSignalsMs = 25 * 3_600_000;
/** In one answer; who is further behind asks again. */
const signalsMax = 5_000;

export class Beacon extends DurableObject {
  #root: Root | null = null;
  #cursor = 0;
  #forgotten = 0;
  /** Workspaces whose calls somebody watches, and until when. In memory alone: whoever watches says so again. */
  readonly #tailed = new Map<string, number>();

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    const { sql, kv } = state.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS signal (position INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, purge INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (body))",
    );
    const stored = Root.safeParse(kv.get("root"));
    this.#root = stored.success ? stored.data : null;
    this.#cursor = kv.get<number>("cursor") ?? 0;
    this.#forgotten = kv.get<number>("forgotten") ?? 0;
  }

  /** What is newer than what the caller has. */
  since(question: BeaconQuestion): BeaconAnswer {
    const root = this.#root !== null && this.#root.sequence > question.root ? this.#root : null;
    const tailed = this.#watched();
    if (question.cursor >= this.#cursor) return { root, signals: [], cursor: this.#cursor, reset: false, tailed };
    const rows = this.ctx.storage.sql
      .exec<{ position: number; body: string }>(
        "SELECT position, body FROM signal WHERE position > ? ORDER BY position LIMIT ?",
        question.cursor,
        signalsMax,
      )
      .toArray();
    const reset = question.cursor > 0 && question.cursor < this.#forgotten;
    const signals = rows.map(({ position, body }) => numbered(Signal.parse(JSON.parse(body)), position));
    const last = rows.at(-1)?.position ?? this.#cursor;
    const more = rows.length === signalsMax && last < this.#cursor;
    return { root, signals, cursor: more ? last : this.#cursor, reset, more, tailed };
  }

  /** Takes a root only if it is newer, and every signal once, however often and late it is announced. */
  announce(root: Root, signals: readonly Signal[]): { readonly sequence: number } {
    const { sql, kv } = this.ctx.storage;
    const now = Date.now();
    for (const signal of signals) {
      const inserted = sql
        .exec<{ position: number }>(
          "INSERT INTO signal (at, purge, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING position",
          now,
          signal.kind === "purge" ? 1 : 0,
          JSON.stringify(signal),
        )
        .toArray();
      this.#cursor = inserted[0]?.position ?? this.#cursor;
    }
    if (signals.length > 0) {
      this.#forget(now);
      kv.put("cursor", this.#cursor);
    }
    if (this.#root === null || root.sequence > this.#root.sequence) {
      this.#root = root;
      kv.put("root", root);
    }
    return { sequence: this.#root.sequence };
  }

  /** Has gateways report the calls of a workspace to its tail for so long. */
  listen(workspace: string, forMs: number): void {
    this.#tailed.set(workspace, Date.now() + forMs);
  }

  #watched(): string[] {
    if (this.#tailed.size === 0) return [];
    const now = Date.now();
    for (const [workspace, until] of this.#tailed) if (until < now) this.#tailed.delete(workspace);
    return [...this.#tailed.keys()];
  }

  /** Drops what no copy can be older than; remembers how far it has forgotten signals about records. */
  #forget(now: number): void {
    const { sql, kv } = this.ctx.storage;
    const dropped = sql
      .exec<{ position: number; purge: number }>(
        "DELETE FROM signal WHERE at < CASE purge WHEN 1 THEN ? ELSE ? END RETURNING position, purge",
        now - purgeSignalsMs,
        now - recordSignalsMs,
      )
      .toArray();
    for (const { position, purge } of dropped) {
      if (purge === 0) this.#forgotten = Math.max(this.#forgotten, position);
    }
    if (dropped.length > 0) kv.put("forgotten", this.#forgotten);
  }
}

/** Purge marks are compared with the cursors of calls, so they carry the position; records keep the change's sequence. */
function numbered(signal: Signal, position: number): Signal {
  return signal.kind === "purge" ? { ...signal, sequence: position } : signal;
}
