/** Sets at the gateway: what stands in their place, and what follows a change of them. */
import { beforeEach, describe, expect, it } from "vitest";
import { secretRecordId } from "../../src/model/records.ts";
import { secretBox } from "../../src/model/secret.ts";
import { testGateway, type TestGateway } from "../support/gateway.ts";

const box = secretBox([{ id: "k1", secret: "a key that seals secrets" }]);
const named = { id: "guard", type: "policy-set", config: { set: "guarded" } };
const closed = { id: "closed", type: "require-principal" };
const marked = (id: string) => ({ id, type: "response-headers", config: { set: { [`x-${id}`]: "yes" } } });

let g: TestGateway;
beforeEach(() => {
  g = testGateway({ secrets: box });
});

const call = (path = "/books", method = "GET") => g.call(`https://api.test/shop/v1${path}`, { method });

/** After the beacon's bound. */
function later(): void {
  g.advance(11_000);
}

describe("a list that names a set", () => {
  it("runs its policies in the place of the name, and tells which refused", async () => {
    g.setPolicySet("guarded", [marked("inner"), closed]);
    g.publish({ policies: [marked("before"), named, marked("behind")] });
    const refused = await call();
    expect(refused.status).toBe(401);
    expect([...refused.headers.keys()].filter((name) => name.startsWith("x-"))).toEqual(["x-before", "x-inner"]);
    expect(g.usage.map(({ refusedBy }) => refusedBy)).toEqual(["guard.closed"]);
  });

  it("runs another once the set is changed, whatever the revision", async () => {
    g.setPolicySet("guarded", [closed]);
    g.publish({ policies: [named] });
    expect((await call()).status).toBe(401);
    g.setPolicySet("guarded", []);
    later();
    expect((await call()).status).toBe(200);
  });

  it("adds its own conditions, and is switched off as a whole", async () => {
    g.setPolicySet("guarded", [{ ...closed, when: [{ on: "path", prefix: "/orders" }] }]);
    g.publish({ policies: [{ ...named, when: [{ on: "method", in: ["POST"] }] }] });
    expect((await call("/orders", "POST")).status).toBe(401);
    expect((await call("/books")).status).toBe(200);
    g.publish({ policies: [{ ...named, enabled: false }] });
    later();
    expect((await call("/orders", "POST")).status).toBe(200);
  });

  it("may be the workspace's, too", async () => {
    g.setPolicySet("guarded", [closed]);
    g.setPolicies("workspace", [named]);
    g.publish();
    expect((await call()).status).toBe(401);
  });

  it("is not served without the set: nothing is skipped in silence", async () => {
    g.publish({ policies: [named] });
    expect((await call()).status).toBe(503);
  });
});

describe("limits of a set", () => {
  const burst = (callsMax: number) => ({
    id: "burst",
    type: "rate-limit",
    config: { mode: "exact", limits: [{ name: "hourly", algorithm: "fixed-window", callsMax, windowMs: 3_600_000 }] },
  });

  it("count for each list that names it, and follow a change of the set", async () => {
    g.setPolicySet("guarded", [burst(1)]);
    g.publish({ policies: [named] });
    const statuses = async (calls: number) => {
      const all: number[] = [];
      for (let sent = 0; sent < calls; sent += 1) all.push((await call()).status);
      return all;
    };
    expect(await statuses(2)).toEqual([200, 429]);
    g.setPolicySet("guarded", [burst(3)]);
    later();
    expect(await statuses(3)).toEqual([200, 200, 429]);
  });
});

describe("secrets", () => {
  it("that a set or the workspace's list names reach the upstream, by the environment of the call", async () => {
    const { workspace, environment } = g.ids;
    for (const name of ["TOKEN", "OTHER"]) {
      const sealed = await box.seal({ workspace, environment, name }, `value of ${name}`);
      const record = {
        sequence: 1,
        id: `sec_${name}`,
        workspace,
        environment,
        name,
        hosts: ["upstream.test"],
        ...sealed,
      };
      g.putRecord("secret", secretRecordId(environment, name), record);
    }
    const inject = (id: string, name: string) => ({
      id,
      type: "request-headers",
      config: { set: { [`x-${id}`]: `\${secret:${name}}` } },
    });
    g.setPolicySet("guarded", [inject("set", "TOKEN")]);
    g.setPolicies("workspace", [inject("list", "OTHER")]);
    g.publish({ policies: [named] });
    expect((await call()).status).toBe(200);
    const { headers } = g.seen[0] ?? new Request("https://none.test");
    expect([headers.get("x-set"), headers.get("x-list")]).toEqual(["value of TOKEN", "value of OTHER"]);
    g.trips.length = 0;
    await call();
    expect(g.trips).toEqual([]);
  });
});
