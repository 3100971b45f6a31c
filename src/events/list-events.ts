import * as z from "zod";
import { events } from "../../schema/events.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref, stamped } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { findEnvironment } from "../catalog/index.ts";
import { applicationRef, findApplication, findSubscription, subscriptionRef } from "../consumers/index.ts";
import { noticeKinds } from "../model/ledger/notice.ts";

export const Event = z.object({
  ...stamped,
  kind: z
    .enum(noticeKinds)
    .describe("quota-threshold: so much of a quota is used; credit-low: so little of prepaid credit is left."),
  environment: z.string().describe("Id of the environment in which it is counted."),
  application: z.string().describe("Id of the application that it is about."),
  subscription: z.string().nullable().describe("Id of the subscription whose limit it is; null: a policy has it."),
  limit: z.string().describe("Name of the limit."),
  data: z
    .record(z.string(), z.number())
    .describe("Of a quota: percent, used, max and periodBegan (ms since 1970); of credit: below and left."),
});
export type Event = z.output<typeof Event>;

export const listEvents = defineQuery({
  name: "list-events",
  summary:
    "Lists what has happened that somebody may want to hear of: quotas that are nearly used up, credit that runs low.",
  scope: "usage:read",
  input: z.strictObject({
    kind: Event.shape.kind.optional().describe("Only those of this kind."),
    application: applicationRef.application.optional().describe("Only those about this application."),
    subscription: subscriptionRef.subscription.optional().describe("Only those about this subscription."),
    environment: Ref.optional().describe("Only those in this environment."),
    ...paged,
  }),
  output: pageOf(Event),
  async read({ kind, application, subscription, environment, ...page }, ctx) {
    const own = isExactly([
      [events.kind, kind],
      [events.application, application && (await findApplication(ctx, application)).id],
      [events.subscription, subscription && (await findSubscription(ctx, subscription)).id],
      [events.environment, environment && (await findEnvironment(ctx, environment)).id],
    ]);
    return listRows(ctx, events, page, eventOf, own);
  },
});

function eventOf({ workspace: _workspace, source: _source, ...event }: typeof events.$inferSelect): Event {
  return { ...event, data: { ...event.data } };
}
