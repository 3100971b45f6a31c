/**
 * @module The Durable Object `Tail`: the calls of a workspace as they end, for whoever watches. One per workspace, named
 * `tail:<workspace>`; what it holds is in memory alone, and only while somebody asks.
 *
 * Who asks makes it tell the Beacon, from which the gateways learn that they are listened to; until then, and a minute after
 * the last question, no call costs anything. Lines are told once each, in the order of their arrival: a cursor is the
 * object's own name for its memory, and how many lines and skipped calls it had taken.
 */
import { DurableObject } from "cloudflare:workers";
import { passes, type LogLine, type TailAnswer, type TailQuestion } from "../model/log-line.ts";

export interface TailPorts {
  /** Has gateways report the workspace's calls for so long. */
  listen(workspace: string, forMs: number): Promise<void>;
}

/** Lines kept for those who ask a moment later. */
const linesMax = 2_000;
/** How long gateways report after a question. */
const listenMs = 60_000;
/** How often that is said again, at most. */
const renewMs = 20_000;

interface Place {
  readonly taken: number;
  readonly skipped: number;
}

export function createTail<Env>(ports: (env: Env) => TailPorts) {
  return class TailObject extends DurableObject<Env> {
    /** Tells a cursor of this memory from one of before a restart. */
    readonly #memory = crypto.randomUUID();
    #lines: readonly LogLine[] = [];
    #taken = 0;
    #skipped = 0;
    #askedAt = Number.NEGATIVE_INFINITY;
    #listeningSince = Number.NEGATIVE_INFINITY;
    readonly #waiting = new Set<() => void>();

    /** Takes what a gateway has seen end, and how many calls it had no room for. */
    report(lines: readonly LogLine[], skipped: number): void {
      if (Date.now() - this.#askedAt > listenMs) {
        this.#lines = [];
        return;
      }
      this.#lines = [...this.#lines, ...lines].slice(-linesMax);
      this.#taken += lines.length;
      this.#skipped += skipped;
      for (const wake of this.#waiting) wake();
    }

    /** Answers as soon as there is a line that passes, or after `waitMs` without any. */
    async read(question: TailQuestion): Promise<TailAnswer> {
      const from = this.#placeOf(question.cursor);
      const until = Date.now() + question.waitMs;
      await this.#listen(question.workspace);
      let answer = this.#since(from, question);
      for (let left = until - Date.now(); answer.lines.length === 0 && left > 0; left = until - Date.now()) {
        await this.#nextReport(left);
        answer = this.#since(from, question);
      }
      this.#askedAt = Date.now();
      return answer;
    }

    #since(from: Place, { filter, limit }: TailQuestion): TailAnswer {
      const first = this.#taken - this.#lines.length;
      const lines: LogLine[] = [];
      let taken = Math.max(from.taken, first);
      for (const line of this.#lines.slice(taken - first)) {
        if (lines.length === limit) break;
        taken += 1;
        if (passes(line, filter)) lines.push(line);
      }
      const missed = Math.max(0, first - from.taken) + this.#skipped - from.skipped;
      return { lines, cursor: `${this.#memory}.${taken}.${this.#skipped}`, skipped: missed };
    }

    /** Without a cursor, now; with one of before a restart, all that has come since. */
    #placeOf(cursor: string | undefined): Place {
      if (cursor === undefined) return { taken: this.#taken, skipped: this.#skipped };
      const [memory, taken, skipped] = cursor.split(".");
      if (memory !== this.#memory) return { taken: this.#taken - this.#lines.length, skipped: this.#skipped };
      return { taken: Number(taken), skipped: Number(skipped) };
    }

    async #listen(workspace: string): Promise<void> {
      const now = Date.now();
      this.#askedAt = now;
      if (now - this.#listeningSince < renewMs) return;
      this.#listeningSince = now;
      try {
        await ports(this.env).listen(workspace, listenMs);
      } catch (thrown) {
        this.#listeningSince = Number.NEGATIVE_INFINITY;
        throw thrown;
      }
    }

    async #nextReport(withinMs: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await Promise.race([promise, scheduler.wait(withinMs)]);
      this.#waiting.delete(resolve);
    }
  };
}
