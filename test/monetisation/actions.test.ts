import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import { creditKey } from "../../src/model/plan-definitions.ts";
import { monetisation } from "../../src/monetisation/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, type Shop } from "../support/stock.ts";

/** Ids of grants that were made for a case, by workspace. */
const made = new Map<string, string>();

async function grant({ subscription }: Shop, ctx: Registry): Promise<void> {
  made.set(
    ctx.workspace,
    (await perform(monetisation.createGrant, ctx, { subscription: subscription.id, units: 5 })).id,
  );
}

const grantOf = (_shop: Shop, ctx: Registry) => ({ grant: made.get(ctx.workspace) });
const subscriptionOf = ({ subscription }: Shop) => ({ subscription: subscription.id });

const cases: ActionCase[] = [
  {
    does: monetisation.createGrant,
    input: ({ subscription }) => ({ subscription: subscription.id, units: 100, note: "Order 7" }),
    wrong: { input: { subscription: "sub_1", units: 0.5, priority: -1 }, pointers: ["/units", "/priority"] },
  },
  {
    does: monetisation.updateGrant,
    before: grant,
    input: (shop, ctx) => ({ ...grantOf(shop, ctx), priority: 1 }),
    wrong: { input: { grant: "gra_1", units: 5 }, pointers: ["/units"] },
  },
  {
    does: monetisation.voidGrant,
    before: grant,
    input: grantOf,
    wrong: { input: {}, pointers: ["/grant"] },
  },
  { does: monetisation.getGrant, before: grant, input: grantOf, wrong: { input: {}, pointers: ["/grant"] } },
  {
    does: monetisation.listGrants,
    input: subscriptionOf,
    wrong: { input: { subscription: "" }, pointers: ["/subscription"] },
  },
  {
    does: monetisation.getCredit,
    before: grant,
    input: subscriptionOf,
    wrong: { input: {}, pointers: ["/subscription"] },
  },
  {
    does: monetisation.listJournal,
    before: grant,
    input: subscriptionOf,
    wrong: { input: { subscription: "sub_1", cursor: "-1" }, pointers: ["/cursor"] },
  },
];

describeArea(monetisation, cases);

describe("credit", () => {
  it("reaches the ledger with the change, and is told as it stands there", async () => {
    const ctx = await registry();
    const { subscription } = await openShop(ctx);
    const given = { subscription: subscription.id, units: 40, expiresAt: Date.now() + 60_000, note: "Order 7" };
    const first = await perform(monetisation.createGrant, ctx, given);
    const later = { subscription: subscription.id, units: 5, effectiveAt: Date.now() + 60_000 };
    const second = await perform(monetisation.createGrant, ctx, later);
    const credit = await ask(monetisation.getCredit, ctx, { subscription: subscription.id });
    expect(credit).toMatchObject({
      plan: "free",
      isPaid: false,
      available: 40,
      grants: [
        { id: first.id, available: 40, state: "open", expiresAt: given.expiresAt },
        { id: second.id, pending: 5, available: 0, state: "pending" },
      ],
    });
    await perform(monetisation.voidGrant, ctx, { grant: first.id });
    await perform(monetisation.updateGrant, ctx, { grant: second.id, priority: 3 });
    expect(await ask(monetisation.getCredit, ctx, { subscription: subscription.id })).toMatchObject({
      available: 0,
      grants: [
        { id: second.id, priority: 3 },
        { id: first.id, voided: 40, state: "voided" },
      ],
    });
    const { items } = await ask(monetisation.listJournal, ctx, { subscription: subscription.id });
    expect(items.find(({ cause }) => cause === "void")).toMatchObject({
      grant: first.id,
      debit: "voided",
      credit: "available",
      units: 40,
    });
    expect((await ask(monetisation.listGrants, ctx, { subscription: subscription.id })).items).toHaveLength(2);
  });

  it("is not granted to what has ended, nor so that it could never be used; what is over stays over", async () => {
    const ctx = await registry();
    const { subscription } = await openShop(ctx);
    const given = { subscription: subscription.id, units: 1 };
    await expect(perform(monetisation.createGrant, ctx, { ...given, expiresAt: Date.now() - 1 })).rejects.toMatchObject(
      {
        code: "input-invalid",
        members: { errors: [{ pointer: "/expiresAt" }] },
      },
    );
    const { id } = await perform(monetisation.createGrant, ctx, given);
    await perform(monetisation.voidGrant, ctx, { grant: id });
    const again = await perform(monetisation.voidGrant, ctx, { grant: id });
    expect(again.edition).toBe(2);
    await expect(perform(monetisation.updateGrant, ctx, { grant: id, expiresAt: null })).rejects.toMatchObject({
      code: "state-conflict",
    });
    await perform(monetisation.updateGrant, ctx, { grant: id, note: "Sent back" });
    const other = await perform(monetisation.createGrant, ctx, given);
    const past = perform(monetisation.updateGrant, ctx, { grant: other.id, expiresAt: Date.now() - 1 });
    await expect(past).rejects.toMatchObject({
      code: "input-invalid",
      members: { errors: [{ pointer: "/expiresAt" }] },
    });
    await perform(consumers.endSubscription, ctx, { subscription: subscription.id });
    await expect(perform(monetisation.createGrant, ctx, given)).rejects.toMatchObject({ code: "state-conflict" });
  });

  it("is not granted in ever more pieces: an account must stay small", async () => {
    const ctx = await registry();
    const { subscription, application } = await openShop(ctx);
    const { workspace, environment } = ctx;
    const ledger = env.LEDGER.getByName(ledgerName({ subject: "app", workspace, environment, id: application.id }));
    const always = { serial: 1, units: 1, priority: 1, effectiveAt: 0, expiresAt: null, voided: false };
    const grants = Array.from({ length: 200 }, (_, index) => ({ id: `gra_${index}`, ...always }));
    await ledger.fund({ key: creditKey(subscription.id), grants });
    const more = perform(monetisation.createGrant, ctx, { subscription: subscription.id, units: 1 });
    await expect(more).rejects.toMatchObject({
      code: "state-conflict",
      message: expect.stringContaining("200 grants"),
    });
  });

  it("is asked for by a plan, and can be let go of again", async () => {
    const ctx = await registry();
    const { subscription } = await openShop(ctx);
    const plan = { product: "shop", plan: "free" };
    const paid = await perform(catalog.updatePlan, ctx, { ...plan, limits: { credit: { atRiskMax: 5 } } });
    expect(paid.limits).toMatchObject({ credit: { atRiskMax: 5 }, limits: [{ name: "per-minute" }] });
    expect(await ask(monetisation.getCredit, ctx, { subscription: subscription.id })).toMatchObject({
      isPaid: true,
      grants: [],
    });
    expect(
      (await perform(catalog.updatePlan, ctx, { ...plan, limits: { credit: null } })).limits.credit,
    ).toBeUndefined();
  });
});
