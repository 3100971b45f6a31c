import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { creditGrants } from "../../schema/monetisation.ts";
import type { Effect } from "../actions/context.ts";
import { stamped, Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { wellFormed } from "../model/display-name.ts";

export const grantRef = { grant: z.string().min(1).max(100).describe("Id of the grant.") };

/** What may be said of a grant, at first or later. */
export const grantTerms = {
  priority: z
    .int()
    .min(0)
    .max(1_000)
    .describe("The grant of the lowest is used up first, and of these the one that ends first."),
  expiresAt: Time.nullable().describe("When what is left of it ends, in ms since 1970; null: it does not."),
  note: wellFormed.max(200).describe("What it is for, such as an order's number, for whoever looks after it."),
};

export const Grant = z.object({
  ...stamped,
  environment: z.string().describe("Id of the environment in which it can be used."),
  application: z.string().describe("Id of the application that may use it."),
  subscription: z.string().describe("Id of the subscription that it is granted to."),
  units: z.int().describe("Units that were granted."),
  effectiveAt: z.int().describe("From when on it can be used, in ms since 1970."),
  voidedAt: z.int().nullable().describe("When what was left of it was taken back, in ms since 1970; null: it was not."),
  ...grantTerms,
});
export type Grant = z.output<typeof Grant>;

export type GrantRow = typeof creditGrants.$inferSelect;

export const grantOf = (row: GrantRow): Grant => withoutWorkspace(row);

export async function findGrant(ctx: Reader, id: string): Promise<GrantRow> {
  const own = and(eq(creditGrants.workspace, ctx.workspace), eq(creditGrants.id, id));
  return onlyRow(await ctx.db.select().from(creditGrants).where(own), id, "grant");
}

/** The ledger hears of it, by id: what it then says is as of then. */
export const grantChanged = (grant: string): Effect => ({ kind: "fund", payload: { grants: [grant] } });

/** Throws where it would have ended before it can be used. */
export function refuseEnded(expiresAt: number | null, effectiveAt: number, now: number): void {
  if (expiresAt === null || expiresAt > Math.max(effectiveAt, now)) return;
  const message = "It would have ended before it can be used. Name a later time.";
  throw inputInvalid([{ pointer: "/expiresAt", message, severity: "error" }]);
}
