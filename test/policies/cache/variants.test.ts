import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { gateway, kept, keptKeys, mustNotAsk, reset, world } from "../../support/cache-case.ts";

beforeEach(reset);

describe("variants", () => {
  const speak = (request: Request) =>
    kept(request.headers.get("accept-language") ?? "none", "max-age=60", { vary: "Accept-Language" });
  const inLanguage = (language: string) => ({ headers: { "accept-language": language } });

  it("are told apart by what Vary names, each found without a second wait", async () => {
    const get = gateway();
    for (const language of ["en", "de", "fr"]) {
      const miss = await get("/books", speak, inLanguage(language));
      expect(miss.text).toBe(language);
      expect(miss.status).toBe(language === "en" ? "gatehouse;fwd=uri-miss;stored" : "gatehouse;fwd=vary-miss;stored");
    }
    for (const [language, count] of [
      ["en", 1],
      ["de", 2],
      ["fr", 2],
    ] as const) {
      const hit = await get("/books", mustNotAsk, inLanguage(language));
      expect(hit.text).toBe(language);
      expect(hit.reads).toBe(count);
    }
    const elsewhere = gateway();
    expect((await elsewhere("/books", mustNotAsk, inLanguage("fr"))).text).toBe("fr");
    expect((await elsewhere("/books", speak)).text).toBe("none");
  });

  it("are told apart by headers of the config too", async () => {
    const get = gateway({ varyBy: ["X-Tenant"] });
    const tenant = (request: Request) => kept(request.headers.get("x-tenant") ?? "none", "max-age=60");
    for (const name of ["a", "b", "a", "b"]) {
      expect((await get("/books", tenant, { headers: { "x-tenant": name } })).text).toBe(name);
    }
    expect((await get("/books", tenant)).text).toBe("none");
  });

  it("are the same for codings that mean the same", async () => {
    const get = gateway();
    const packed = () => kept("one", "max-age=60", { vary: "accept-encoding" });
    await get("/books", packed, { headers: { "accept-encoding": "gzip, BR;q=0.9" } });
    const same = await get("/books", mustNotAsk, { headers: { "accept-encoding": "br,gzip;q=0.1, zstd;q=0" } });
    expect(same.outcome).toBe("hit");
    expect((await get("/books", packed, { headers: { "accept-encoding": "gzip" } })).outcome).toBe("miss");
  });

  it.each([
    "Forwarded",
    "X-Forwarded-For",
    "x-forwarded-proto",
    "Via",
    "CDN-Loop",
    "traceparent",
    "X-Real-IP",
    "CF-Connecting-IP",
  ])("are not kept where %s selects, which the gateway itself sets", async (name) => {
    const got = await gateway()("/me", kept("for one", "public, max-age=60", { vary: `Accept, ${name}` }));
    expect(got.status).toBe("gatehouse;fwd=uri-miss");
    expect(await keptKeys()).toHaveLength(0);
  });

  it("start anew when the upstream varies otherwise", async () => {
    const get = gateway();
    await get("/books", speak, inLanguage("en"));
    await get("/books", speak, inLanguage("de"));
    world.now += 60_000;
    const other = (request: Request) =>
      kept(`plain for ${request.headers.get("accept")}`, "max-age=60", { vary: "accept" });
    await get("/books", other, { headers: { accept: "text/html", "accept-language": "en" } });
    const hit = await get("/books", mustNotAsk, { headers: { accept: "text/html", "accept-language": "de" } });
    expect(hit.text).toBe("plain for text/html");
  });

  it("keep no values of the selecting headers in clear", async () => {
    await gateway()("/books", () => kept("one", "max-age=60", { vary: "cookie" }), {
      headers: { cookie: "session=secret-value" },
    });
    const { keys } = await env.RESPONSES.list();
    expect(keys).toHaveLength(1);
    for (const { name } of keys) {
      expect(name).toMatch(/^[0-9a-f]{64}$/);
      expect(await env.RESPONSES.get(name)).not.toContain("secret-value");
    }
  });
});
