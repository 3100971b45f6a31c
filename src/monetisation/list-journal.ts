import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { findSubscription, subscriptionRef } from "../consumers/index.ts";
import { creditAccountNames, creditCauses } from "../model/ledger/credit-account.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { creditKey } from "../model/plan-definitions.ts";

const hourMs = 3_600_000;

export const JournalLine = z.object({
  at: z.int().describe("Begin of the hour in which this was moved, in ms since 1970."),
  grant: z.string().nullable().describe("Id of the grant; null: what calls cost beyond all that there was."),
  debit: z.enum(creditAccountNames).describe("Where the units went."),
  credit: z.enum([...creditAccountNames, "funded", "writeoff"]).describe("Where the units came from."),
  cause: z.enum(creditCauses).describe("Why they were moved."),
  units: z.int().describe("Units that were moved in that hour."),
});

export const listJournal = defineQuery({
  name: "list-journal",
  summary: "Lists how a subscription's credit was moved, by the hour, in double entry; the newest first.",
  scope: "monetisation:read",
  input: z.strictObject({
    ...subscriptionRef,
    ...environmentRef,
    limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("Most entries of a page."),
    cursor: z
      .string()
      .regex(/^[1-9][0-9]{0,11}$/, "Send back the cursor of the page before.")
      .optional()
      .describe("The cursor of the page before."),
  }),
  output: pageOf(JournalLine),
  async read(input, ctx) {
    const subscription = await findSubscription(ctx, input.subscription);
    const environment = await findEnvironment(ctx, input.environment);
    const { workspace } = ctx;
    const ledger = ledgerName({ subject: "app", workspace, environment: environment.id, id: subscription.application });
    const { limit, cursor } = input;
    const before = cursor === undefined ? null : Number(cursor);
    const page = await ctx.ledgers.journal(ledger, { key: creditKey(subscription.id), before, count: limit });
    return {
      items: page.entries.map(({ hour, ...entry }) => ({ at: hour * hourMs, ...entry })),
      cursor: page.next === null ? null : String(page.next),
    };
  },
});
