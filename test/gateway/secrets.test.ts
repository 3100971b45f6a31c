/** Secrets on their way to the upstream: only where they may go, the newest value, and none to the caller. */
import { beforeEach, describe, expect, it } from "vitest";
import { secretRecordId } from "../../src/model/records.ts";
import { secretBox } from "../../src/model/secret.ts";
import { testGateway, type TestGateway } from "../support/gateway.ts";

const box = secretBox([{ id: "k1", secret: "a key that seals secrets" }]);
const inject = { id: "token", type: "request-headers", config: { set: { authorization: "Bearer ${secret:TOKEN}" } } };

let gateway: TestGateway;
beforeEach(() => {
  gateway = testGateway({ secrets: box });
  gateway.publish({ policies: [inject] });
});

async function setSecret(value: string, hosts: readonly string[], sequence = 1): Promise<string> {
  const { workspace, environment } = gateway.ids;
  const sealed = await box.seal({ workspace, environment, name: "TOKEN" }, value);
  const id = secretRecordId(environment, "TOKEN");
  const record = { sequence, id: "sec_1", workspace, environment, name: "TOKEN", hosts: [...hosts], ...sealed };
  gateway.putRecord("secret", id, record);
  return id;
}

const call = () => gateway.call("https://api.test/shop/v1/books");
const sent = () => gateway.seen.at(-1)?.headers.get("authorization");

describe("a secret", () => {
  it("reaches the upstream it is bound to, and is read once", async () => {
    await setSecret("s3cret", ["upstream.test"]);
    expect((await call()).status).toBe(200);
    expect(sent()).toBe("Bearer s3cret");
    gateway.trips.length = 0;
    await call();
    expect([gateway.trips, sent()]).toEqual([[], "Bearer s3cret"]);
  });

  it("is not sent where it is not bound, wherever the upstream points since", async () => {
    await setSecret("s3cret", ["other.test"]);
    const refused = await call();
    expect(refused.status).toBe(503);
    const text = await refused.text();
    expect(JSON.parse(text)).toMatchObject({ code: "secret-unavailable" });
    expect(text).not.toMatch(/TOKEN|s3cret|upstream\.test/);
    expect(gateway.seen).toEqual([]);
    expect(gateway.problems.map(({ cause }) => cause)).toEqual(["secret TOKEN is not bound to upstream.test"]);
  });

  it("is another within the beacon's bound after it was set anew, and refuses once it is gone", async () => {
    const id = await setSecret("first", ["upstream.test"]);
    await call();
    await setSecret("second", ["upstream.test"], 2);
    gateway.announce({ sequence: 2, kind: "secret", id });
    gateway.advance(11_000);
    await call();
    expect(sent()).toBe("Bearer second");
  });

  it("that was never set, or that no key of ours opens, refuses the call and says so to the operator alone", async () => {
    expect((await call()).status).toBe(503);
    const stranger = secretBox([{ id: "k9", secret: "a key of another installation" }]);
    const { workspace, environment } = gateway.ids;
    const sealed = await stranger.seal({ workspace, environment, name: "TOKEN" }, "s3cret");
    gateway = testGateway({ secrets: box });
    gateway.publish({ policies: [inject] });
    const id = secretRecordId(gateway.ids.environment, "TOKEN");
    gateway.putRecord("secret", id, {
      sequence: 1,
      id: "sec_1",
      workspace,
      environment,
      name: "TOKEN",
      hosts: ["upstream.test"],
      ...sealed,
    });
    expect((await call()).status).toBe(503);
    expect(gateway.problems[0]?.cause).toBe("secret TOKEN was sealed by key k9, which is not set");
  });

  it("is looked up beside the caller, not behind", async () => {
    await setSecret("s3cret", ["upstream.test"]);
    gateway.publish({ policies: [{ id: "key", type: "require-key" }, inject], products: ["prod_1"] });
    const limits = [{ name: "l", algorithm: "fixed-window" as const, callsMax: 9, windowMs: 60_000 }];
    const key = await gateway.key({ mode: "exact", onFailure: "refuse", limits });
    const answer = await gateway.call("https://api.test/shop/v1/books", { headers: { "x-api-key": key } });
    expect(answer.status).toBe(200);
    expect(gateway.trips.indexOf("secret")).toBeLessThan(gateway.trips.indexOf("ledger"));
  });
});
