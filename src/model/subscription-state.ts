import * as z from "zod";

/** pending: waits for approval; active: its calls are admitted; rejected, ended: they are not, until it is asked for anew. */
export const SubscriptionState = z.enum(["pending", "active", "rejected", "ended"]);
export type SubscriptionState = z.output<typeof SubscriptionState>;
