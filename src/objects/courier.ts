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
    /** The last time (epoch ms) at which somebody asked for a look: a run before it must not end with no alarm set. */
    #lookAt = 0;

    /**
     * Something is owed, perhaps, or will be within this time. Answers at once; the work is the alarm's. Cron and each new
     * isolate of the management plane call it, too, in case a call was lost.
     */
    async wake(withinMs = 0): Promise<void> {
      const lookAt = Date.now() + Math.max(pauseMs, withinMs);
      this.#lookAt = Math.max(this.#lookAt, lookAt);
      const armed = await this.ctx.storage.getAlarm();
      if (armed === null || armed > lookAt) await this.ctx.storage.setAlarm(lookAt);
    }

    /** Sets the next alarm first, catches everything, never throws: a throw would be retried, and given up, by the platform. */
    override async alarm(): Promise<void> {
      try {
        const began = Date.now();
        await this.ctx.storage.setAlarm(began + retryMs);
        const due = await ports(this.env).runDue();
        const asked = this.#lookAt > began ? this.#lookAt : null;
        if (due === null && asked === null) await this.ctx.storage.deleteAlarm();
        else
          await this.ctx.storage.setAlarm(Math.max(Math.min(due ?? Infinity, asked ?? Infinity), Date.now() + pauseMs));
      } catch (error) {
        console.error("courier", error instanceof Error ? error.name : "failed");
      }
    }
  };
}
