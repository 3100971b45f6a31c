import { describe, expect, it } from "vitest";
import { type ApiSpec, testGateway } from "../support/gateway.ts";

const deprecatedAt = Date.UTC(2026, 10, 1);
const sunsetAt = Date.UTC(2027, 2, 1, 12);
const v1 = { name: "v1", state: "deprecated", successor: "v2" } as const;
const v2 = { name: "v2", state: "published" } as const;
const ending = { ...v1, deprecation: { deprecatedAt, sunsetAt } };
const books = "https://api.test/shop/v1/books";

function published(spec: ApiSpec) {
  const gateway = testGateway();
  gateway.publish(spec);
  return gateway;
}

/** Links by relation, as a client would read them. */
function linksOf(response: Response): Record<string, string> {
  const field = response.headers.get("link") ?? "";
  return Object.fromEntries(
    Array.from(field.matchAll(/<([^>]*)>; rel="([^"]+)"/g), ([, target = "", relation = ""]) => [relation, target]),
  );
}

describe("a deprecated version", () => {
  it("is served, and says since when, until when and where to go", async () => {
    const response = await published({ versions: [ending, v2] }).call(books);
    expect(response.status).toBe(200);
    expect(response.headers.get("deprecation")).toBe("@1793491200");
    expect(response.headers.get("sunset")).toBe("Mon, 01 Mar 2027 12:00:00 GMT");
    expect(linksOf(response)).toEqual({
      deprecation: "https://portal.test/apis/shop/v1",
      sunset: "https://portal.test/apis/shop/v1",
      "successor-version": "/shop/v2",
    });
  });

  it("says so on refusals too, to preflighting pages as well, and not on other versions", async () => {
    const gateway = published({
      versions: [ending, v2],
      policies: [
        { id: "cors", type: "cors" },
        { id: "key", type: "require-key" },
        { id: "door", type: "require-principal" },
      ],
    });
    const refused = await gateway.call(books, { headers: { origin: "https://shop.example" } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("deprecation")).toBe("@1793491200");
    expect(refused.headers.get("access-control-expose-headers")).toContain("Deprecation,Sunset,Link");
    const other = await gateway.call("https://api.test/shop/v2/books");
    expect(other.status).toBe(401);
    for (const name of ["deprecation", "sunset", "link"]) expect(other.headers.has(name)).toBe(false);
  });

  it("names the operator's guide, and leaves out what nobody knows", async () => {
    const guideUrl = "https://docs.example/moving";
    const versions = [{ ...ending, deprecation: { deprecatedAt, guideUrl } }];
    const response = await published({ versions }).call(books);
    expect(response.headers.has("sunset")).toBe(false);
    expect(linksOf(response)).toEqual({ deprecation: guideUrl, "successor-version": "/shop/v2" });
  });

  it("gives no address of the portal for an API that has no page there", async () => {
    const versions = [{ name: "v1", state: "deprecated", deprecation: { deprecatedAt } } as const];
    const response = await published({ isPublic: false, versions }).call(books);
    expect(response.headers.get("deprecation")).toBe("@1793491200");
    expect(response.headers.has("link")).toBe(false);
  });

  it("takes the place of what the upstream says about it, but not of the upstream's other links", async () => {
    const gateway = published({ versions: [{ ...ending, deprecation: { deprecatedAt } }] });
    gateway.upstream = () =>
      new Response("{}", {
        headers: { Deprecation: "@1", Sunset: "Thu, 01 Jan 1970 00:00:00 GMT", Link: '</next>; rel="next"' },
      });
    const response = await gateway.call(books);
    expect(response.headers.get("deprecation")).toBe("@1793491200");
    expect(response.headers.has("sunset")).toBe(false);
    expect(linksOf(response)).toMatchObject({ next: "/next", "successor-version": "/shop/v2" });
  });

  it("is alone in saying it: an upstream's links of these relations go, and whatever else a link says stays", async () => {
    const gateway = published({ versions: [{ ...ending, deprecation: { deprecatedAt } }] });
    const theirs = [
      '</old>; rel="deprecation"; type="text/html"',
      "</end>;rel=sunset",
      '</page,2>; title="a, \\"b\\"; rel=sunset"; rel="next Successor-Version"',
      '</self>; rel=self; rel="deprecation"',
    ];
    gateway.upstream = () => new Response("{}", { headers: { Link: theirs.join(", ") } });
    const field = (await gateway.call(books)).headers.get("link");
    expect(field).toBe(
      [
        '</page,2>; title="a, \\"b\\"; rel=sunset"; rel="next"',
        '</self>; rel=self; rel="deprecation"',
        '<https://portal.test/apis/shop/v1>; rel="deprecation"; type="text/html"',
        '</shop/v2>; rel="successor-version"',
      ].join(", "),
    );
    gateway.upstream = () => new Response("{}", { headers: { Link: '</old>; rel="sunset"' } });
    expect(linksOf(await gateway.call(books))).not.toHaveProperty("sunset");
  });

  it.each([
    [{ in: "query", name: "v" } as const, "https://api.test/shop/books?v=v1", "/shop?v=v2"],
    [{ in: "header", name: "Api-Version" } as const, "https://api.test/shop/books", "https://portal.test/apis/shop/v2"],
  ])("names its successor where it can be found: %o", async (selector, url, target) => {
    const gateway = published({ selector, defaultVersion: "v1", versions: [ending, v2] });
    expect(linksOf(await gateway.call(url))["successor-version"]).toBe(target);
  });
});

describe("a brownout", () => {
  const minute = 60_000;
  /** Begins in a minute and takes five. */
  function planned() {
    const from = Date.now() + minute;
    const brownouts = [
      { from: from - 3_600_000, to: from - 3_000_000 },
      { from, to: from + 5 * minute },
    ];
    const deprecation = { deprecatedAt, sunsetAt, brownouts };
    return published({ versions: [{ ...v1, deprecation }, v2] });
  }

  it("refuses calls from its begin to its end, and says until when and where to go", async () => {
    const gateway = planned();
    const statuses = [(await gateway.call(books)).status];
    gateway.advance(minute + 1_000);
    const refused = await gateway.call(books);
    statuses.push(refused.status, (await gateway.call("https://api.test/shop/v2/books")).status);
    gateway.advance(5 * minute);
    statuses.push((await gateway.call(books)).status);
    expect(statuses).toEqual([200, 503, 200, 200]);
    expect(await refused.json()).toMatchObject({ code: "version-brownout", successor: "v2" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(295);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(300);
    expect(refused.headers.get("deprecation")).toBe("@1793491200");
    expect(refused.headers.get("sunset")).toBe("Mon, 01 Mar 2027 12:00:00 GMT");
    expect(linksOf(refused)["successor-version"]).toBe("/shop/v2");
  });

  it("is counted, and tells the operator nothing that must be mended", async () => {
    const gateway = planned();
    gateway.advance(minute + 1_000);
    await gateway.call(books);
    await gateway.settle();
    expect(gateway.usage).toMatchObject([{ status: 503 }]);
    expect(gateway.problems).toEqual([]);
  });

  it("needs no root of its own: nothing is read when it begins", async () => {
    const gateway = planned();
    await gateway.call(books);
    gateway.advance(minute + 1_000);
    gateway.trips.length = 0;
    expect((await gateway.call(books)).status).toBe(503);
    expect(gateway.trips.filter((trip) => trip !== "beacon")).toEqual([]);
  });
});
