import { describe, expect, it } from "vitest";
import { isOwnRequest } from "../../src/ui/surface.ts";

const post = (headers: Record<string, string>) =>
  isOwnRequest(new Request("https://console.test/sign-out", { method: "POST", headers }));

describe("an unsafe request", () => {
  it("is ours if the browser says that it comes from the same origin", () => {
    expect(post({ "sec-fetch-site": "same-origin" })).toBe(true);
    expect(post({ "sec-fetch-site": "same-origin", origin: "https://evil.test" })).toBe(true);
  });

  it("is ours if its Origin is our own and the browser says nothing else", () => {
    expect(post({ origin: "https://console.test" })).toBe(true);
  });

  it("is refused from everywhere else, and without either header", () => {
    for (const site of ["cross-site", "same-site", "none", ""]) {
      expect(post({ "sec-fetch-site": site, origin: "https://console.test" })).toBe(false);
    }
    for (const origin of ["null", "https://evil.test", "http://console.test", "https://console.test:8443", ""]) {
      expect(post({ origin })).toBe(false);
    }
    expect(post({})).toBe(false);
  });

  it("is no GET or HEAD", () => {
    expect(isOwnRequest(new Request("https://console.test/"))).toBe(true);
    expect(isOwnRequest(new Request("https://console.test/", { method: "HEAD" }))).toBe(true);
  });
});
