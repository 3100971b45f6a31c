/** @module Events: what has happened that somebody may want to hear of. Ledgers tell of it; it is kept once each. */
import { listEvents } from "./list-events.ts";

export { Event } from "./list-events.ts";

/** Everything that this area can do. */
export const events = { listEvents } as const;
