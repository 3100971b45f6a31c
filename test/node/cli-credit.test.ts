import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { runGatehouse, scriptedManagement } from "../support/node/cli.ts";

let closeServer = (): void => {};
afterEach(() => closeServer());

async function server(...answers: readonly (readonly [number, object])[]) {
  const scripted = await scriptedManagement<object>(answers);
  closeServer = () => scripted.close();
  const gatehouse = (...args: string[]) =>
    runGatehouse(tmpdir(), ["credit", ...args, "--server", scripted.url], { GATEHOUSE_TOKEN: "secret-token" });
  return { gatehouse, asked: scripted.asked };
}

const subscriptions = (...states: string[]) =>
  ({
    items: states.map((state, index) => ({ id: `sub_${index}`, product: `prd_${index}`, state })),
    cursor: null,
  }) as const;
const grant = {
  id: "gra_1",
  units: 1_500,
  state: "open",
  priority: 100,
  effectiveAt: 0,
  expiresAt: Date.UTC(2027, 0, 1),
  pending: 0,
  available: 1_200,
  reserved: 2,
  consumed: 298,
  expired: 0,
  voided: 0,
};
const credit = { subscription: "sub_1", plan: "paid", isPaid: true, available: 1_200, reserved: 2, writtenOff: 0 };

describe("gatehouse credit", () => {
  it("shows what is left, grant by grant, of the one subscription that is usable", async () => {
    const { gatehouse, asked } = await server(
      [200, subscriptions("ended", "active")],
      [200, { ...credit, grants: [grant] }],
    );
    const { code, stdout } = await gatehouse("show", "acme/web", "-e", "staging");
    expect(asked.map(({ url }) => url)).toEqual([
      "/manage/v1/subscriptions?application=acme%2Fweb&limit=200",
      "/manage/v1/subscriptions/sub_1/credit?environment=staging",
    ]);
    expect(stdout).toBe(`1,200 units are left, and calls hold 2 more.

GRANT  STATE  ENDS (UTC)           PRIORITY  UNITS   LEFT  HELD  USED  LOST
gra_1  open   2027-01-01 00:00:00       100  1,500  1,200     2   298     0
`);
    expect(code).toBe(0);
  });

  it("says where the plan does not ask for it, and what was written off", async () => {
    const { gatehouse } = await server(
      [200, subscriptions("active")],
      [200, { ...credit, isPaid: false, writtenOff: 7, grants: [] }],
    );
    const { stdout } = await gatehouse("show", "web");
    expect(stdout).toContain("The plan paid does not ask for credit");
    expect(stdout).toContain("Calls cost 7 units beyond all that there was.");
  });

  it("grants with times as people write them, and takes back", async () => {
    const { gatehouse, asked } = await server(
      [200, subscriptions("active")],
      [201, { id: "gra_1", units: 1_500, voidedAt: null }],
      [200, { id: "gra_1", units: 1_500, voidedAt: 5 }],
    );
    const flags = ["--expires", "2027-01-01", "--priority", "1", "--note", "Order 7"];
    expect((await gatehouse("grant", "web", "1500", ...flags)).stdout).toBe("Granted 1,500 units to web (gra_1).\n");
    expect((await gatehouse("void", "gra_1")).stdout).toBe("What was left of gra_1 is taken back.\n");
    expect(asked.slice(1)).toMatchObject([
      {
        url: "/manage/v1/subscriptions/sub_0/grants",
        body: {
          environment: "production",
          units: 1_500,
          expiresAt: Date.UTC(2027, 0, 1),
          priority: 1,
          note: "Order 7",
        },
      },
      { url: "/manage/v1/grants/gra_1/void", body: {} },
    ]);
  });

  it("shows the journal", async () => {
    const entry = {
      at: Date.UTC(2026, 10, 27, 6),
      grant: "gra_1",
      debit: "consumed",
      credit: "escrow",
      cause: "settle",
    };
    const { gatehouse } = await server(
      [200, subscriptions("active")],
      [200, { items: [{ ...entry, units: 40 }], cursor: null }],
    );
    expect((await gatehouse("journal", "web")).stdout).toBe(`HOUR (UTC)        GRANT  CAUSE   FROM    TO        UNITS
2026-11-27 06:00  gra_1  settle  escrow  consumed     40
`);
  });

  it.each([
    [subscriptions(), ["show", "web"], "web has no such subscription."],
    [subscriptions("active", "active"), ["show", "web"], "web has 2 subscriptions.\nName the product"],
    [subscriptions("active"), ["grant", "web", "1.5"], "1.5 is no number of units."],
  ])("refuses what is not clear, and says what to do", async (known, args, message) => {
    const { gatehouse } = await server([200, known]);
    const { code, stderr } = await gatehouse(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
