/** Canaries: the same callers everywhere, more of them as the share grows, and nothing shared with what is published. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInCanary } from "../../src/model/canary.ts";
import { testGateway, type TestGateway } from "../support/gateway.ts";

const tell = (revision: string) => ({
  id: "tell",
  type: "response-headers",
  config: { set: { "x-revision": revision } },
});
const key = { id: "key", type: "require-key" };

/** An API whose canary serves that share. */
function withCanary(percent: number, gateway: TestGateway = testGateway()): TestGateway {
  gateway.publish({ policies: [key, tell("stable")] });
  const program = gateway.keepRevision("canary-program", [key, tell("canary")]);
  const canary = { revision: "rev_2", program, percent, sequence: 7 };
  gateway.publish({ policies: [key, tell("stable")], versions: [{ name: "v1", state: "published", canary }] });
  return gateway;
}

async function servedTo(gateway: TestGateway, headers: Record<string, string> = {}): Promise<string | null> {
  const response = await gateway.call("https://api.test/shop/v1/books", { headers });
  expect(response.status).toBe(200);
  return response.headers.get("x-revision");
}

describe("the choice of callers", () => {
  it("keeps whoever is in as the share grows, and takes nobody at 0 and everybody at 100", () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.string(), fc.string(), percent, percent, (caller, revision, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(isInCanary(caller, revision, less) && !isInCanary(caller, revision, more)).toBe(false);
        expect([isInCanary(caller, revision, 0), isInCanary(caller, revision, 100)]).toEqual([false, true]);
      }),
    );
  });

  it("takes about as many as it says, and others for another revision", () => {
    const callers = Array.from({ length: 10_000 }, (_, index) => `app_${index}`);
    for (const percent of [1, 10, 50]) {
      const share = callers.filter((caller) => isInCanary(caller, "rev_1", percent)).length / 100;
      expect(Math.abs(share - percent)).toBeLessThan(2);
    }
    const [first, second] = ["rev_1", "rev_2"].map((revision) =>
      callers.filter((one) => isInCanary(one, revision, 10)),
    );
    const both = first?.filter((caller) => second?.includes(caller)).length ?? 0;
    expect(both).toBeLessThan(200);
  });
});

describe("a canary", () => {
  it("serves an application wherever it calls, with whichever of its keys", async () => {
    const [one, other] = [withCanary(50), withCanary(50)];
    const seen = new Set<string | null>();
    for (let index = 0; index < 12; index += 1) {
      const application = `app_${index}`;
      const expected = isInCanary(application, "rev_2", 50) ? "canary" : "stable";
      for (const gateway of [one, one, other]) {
        expect(await servedTo(gateway, { "x-api-key": await gateway.key(undefined, { application }) })).toBe(expected);
      }
      seen.add(expected);
    }
    expect(seen.size).toBe(2);
  });

  it("goes by the address of whoever shows no key of ours", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: [tell("stable")] });
    const program = gateway.keepRevision("canary-program", [tell("canary")]);
    const canary = { revision: "rev_2", program, percent: 50, sequence: 7 };
    gateway.publish({ policies: [tell("stable")], versions: [{ name: "v1", state: "published", canary }] });
    for (let index = 0; index < 8; index += 1) {
      const address = `203.0.113.${index}`;
      const expected = isInCanary(address, "rev_2", 50) ? "canary" : "stable";
      expect(await servedTo(gateway, { "cf-connecting-ip": address })).toBe(expected);
    }
  });

  it("costs a warm call no round trip, and is composed once beside what is published", async () => {
    const gateway = withCanary(50);
    const keys = await Promise.all(
      Array.from({ length: 6 }, (_, index) => gateway.key(undefined, { application: `app_${index}` })),
    );
    for (const one of keys) await servedTo(gateway, { "x-api-key": one });
    gateway.trips.length = 0;
    for (const one of keys) await servedTo(gateway, { "x-api-key": one });
    expect(gateway.trips).toEqual([]);
  });

  it("ends with the next publish", async () => {
    const gateway = withCanary(100);
    const headers = { "x-api-key": await gateway.key() };
    expect(await servedTo(gateway, headers)).toBe("canary");
    gateway.publish({ policies: [key, tell("next")] });
    gateway.advance(11_000);
    expect(await servedTo(gateway, headers)).toBe("next");
  });
});
