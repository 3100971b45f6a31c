/** Versions by media type and by date, and what answers a call that names one which is not there. */
import { describe, expect, it } from "vitest";
import { testGateway, type ApiSpec } from "../support/gateway.ts";

const published = (...names: string[]) => names.map((name) => ({ name, state: "published" as const }));

async function ask(spec: ApiSpec, headers: Record<string, string>) {
  const gateway = testGateway();
  gateway.publish(spec);
  const response = await gateway.call("https://api.test/shop/books", { headers });
  const problem = response.status === 200 ? null : await response.json<{ code: string; detail: string }>();
  return { response, problem, version: response.headers.get("gatehouse-version") };
}

describe("a version by media type", () => {
  const vendor: ApiSpec = {
    selector: { in: "media-type", vendor: "vnd.acme" },
    versions: published("v1", "v2", "2.1"),
  };
  const parameter: ApiSpec = { selector: { in: "media-type", parameter: "version" }, versions: published("v1", "v2") };

  it.each<[ApiSpec, Record<string, string>, string]>([
    [vendor, { accept: "application/vnd.acme.v2+json" }, "v2"],
    [vendor, { accept: "application/vnd.acme.2.1+json" }, "2.1"],
    [vendor, { accept: "APPLICATION/VND.ACME.v1" }, "v1"],
    [vendor, { accept: "text/html, application/vnd.acme.v9+json;q=0.9, application/vnd.acme.v1+json;q=0.8" }, "v1"],
    [vendor, { "content-type": "application/vnd.acme.v2+json" }, "v2"],
    [vendor, { accept: "application/vnd.acme.v1+json", "content-type": "application/vnd.acme.v2+json" }, "v1"],
    [parameter, { accept: "application/json; version=v2" }, "v2"],
    [parameter, { accept: 'application/json;a="x;version=v1,";VERSION="v2"' }, "v2"],
  ])("is found: %o %o", async (spec, headers, wanted) => {
    const { response, version } = await ask(spec, headers);
    expect([response.status, version, response.headers.get("vary")]).toEqual([200, wanted, "Accept"]);
  });

  it("is the default one where none is named, and unknown ones are told where to look", async () => {
    expect((await ask({ ...vendor, defaultVersion: "v1" }, { accept: "*/*" })).version).toBe("v1");
    const none = await ask(vendor, { accept: "application/vnd.other.v1+json" });
    expect(none.problem).toMatchObject({ code: "version-unknown" });
    const unknown = await ask(vendor, { accept: "application/vnd.acme.v9+json" });
    expect(unknown.problem?.detail).toBe(
      "There is no version “v9”. Name one in Accept, as application/vnd.acme.<version>+json: v1, v2, 2.1.",
    );
  });
});

describe("a version by date", () => {
  const dated: ApiSpec = {
    selector: { in: "date", name: "Api-Version" },
    versions: [
      { name: "2024-01-15", state: "retired" },
      ...published("2025-01-15", "2026-02-01"),
      ...published("beta"),
    ],
  };
  const on = (date: string, more: ApiSpec = {}) => ask({ ...dated, ...more }, { "api-version": date });

  it.each([
    ["2025-01-15", "2025-01-15"],
    ["2026-01-31", "2025-01-15"],
    ["2026-02-01", "2026-02-01"],
    ["9999-12-31", "2026-02-01"],
  ])("of %s is the newest that is not after it: %s", async (date, version) => {
    const answer = await on(date);
    expect([answer.response.status, answer.version, answer.response.headers.get("vary")]).toEqual([
      200,
      version,
      "Api-Version",
    ]);
  });

  it("goes on being the one that a caller began with, also when that has been retired", async () => {
    expect((await on("2024-06-01")).problem).toMatchObject({ code: "version-retired" });
  });

  it("is refused before the first, and where it is no date", async () => {
    for (const date of ["2023-12-31", "soon", "2025-1-1"]) {
      expect((await on(date)).problem, date).toMatchObject({
        code: "version-unknown",
        detail: expect.stringContaining("by a date (YYYY-MM-DD) in the header Api-Version"),
      });
    }
    expect((await ask({ ...dated, defaultVersion: "2026-02-01" }, {})).version).toBe("2026-02-01");
  });
});

describe("a version that is not there", () => {
  const api: ApiSpec = {
    selector: { in: "header", name: "Api-Version" },
    defaultVersion: "v2",
    versions: [{ name: "v1", state: "retired", successor: "v2" }, ...published("v2")],
  };
  const named = (name: string, more: ApiSpec = {}) => ask({ ...api, ...more }, { "api-version": name });

  it("is 404, or the default one where the API says so", async () => {
    expect((await named("v9")).problem).toMatchObject({ code: "version-unknown" });
    expect((await named("v9", { fallback: "default" })).version).toBe("v2");
  });

  it("is not one that was retired: its callers are told", async () => {
    expect((await named("v1", { fallback: "default" })).problem).toMatchObject({ code: "version-retired" });
  });

  it("is 404 with a fallback to nothing", async () => {
    expect((await named("v9", { fallback: "default", defaultVersion: null })).problem).toMatchObject({
      code: "version-unknown",
    });
  });
});
