/**
 * @module The Durable Object `Courier`: runs work that is due, by alarm, until none is left. One per installation, named
 * `courier`. It keeps nothing but its alarm: what is due stands in the database.
 */
import { DurableObject } from "cloudflare:workers";

/** The work, as a port: worker.ts joins it to the outbox. */
export interface CourierPorts {
  /** Runs what is due and answers when the next is (epoch ms), or null while nothing is owed. */
  runDue(): Promise<number | null>;
}

/** Until the next try if this one fails or never ends. */
const retryMs = 30_000;
/** Between two runs, however much is due. */
const pauseMs = 1_000;

/** The class, given its work. `worker.ts` exports it under the name that wrangler.toml declares. */
export function createCourier<Env>(ports: (env: Env) => CourierPorts) {
  return class CourierObject extends DurableObject<Env> {
    /** Counts calls of `wake`: one that comes while a run ends must not lose its alarm. */
    #wakes = 0;

    /** Something is owed, perhaps. Answers at once; the work is the alarm's. Cron calls it, too, in case a call was lost. */
    async wake(): Promise<void> {
      this.#wakes += 1;
      const soon = Date.now() + pauseMs;
      const armed = await this.ctx.storage.getAlarm();
      if (armed === null || armed > soon) await this.ctx.storage.setAlarm(soon);
    }

    /** Sets the next alarm first, catches everything, never throws: a throw would be retried, and given up, by the platform. */
    override async alarm(): Promise<void> {
      try {
        await this.ctx.storage.setAlarm(Date.now() + retryMs);
        const wakes = this.#wakes;
        const next = await ports(this.env).runDue();
        if (wakes !== this.#wakes) await this.ctx.storage.setAlarm(Date.now() + pauseMs);
        else if (next === null) await this.ctx.storage.deleteAlarm();
        else await this.ctx.storage.setAlarm(Math.max(next, Date.now() + pauseMs));
      } catch (error) {
        console.error("courier", error instanceof Error ? error.name : "failed");
      }
    }
  };
}
