import { describe, expect, it } from "vitest";
import { Hono } from "hono";
import { assets } from "../../src/ui/site.ts";
import { tokens } from "../../src/ui/style/tokens.ts";
import { stylesheet } from "../../src/ui/stylesheet.ts";
import { furnish } from "../../src/ui/surface.ts";

async function gzipped(text: string): Promise<number> {
  const stream = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

describe("the stylesheet", () => {
  it("is at most 20 KB compressed", async () => {
    expect(await gzipped(stylesheet.body)).toBeLessThanOrEqual(20_480);
  });

  it("has no raw colour outside of its tokens, and opens no other address", () => {
    const rest = stylesheet.body.slice(stylesheet.body.indexOf("@media"));
    expect(tokens).toContain("#f5f7f5");
    expect(rest.match(/#[0-9a-f]{3,8}\b/gi)).toBeNull();
    expect(stylesheet.body).not.toMatch(/url\(|@import/);
  });

  it("uses no token that is not there", () => {
    const defined = new Set([...stylesheet.body.matchAll(/(--[a-z0-9-]+):/g)].map((match) => match[1]));
    const used = [...stylesheet.body.matchAll(/var\((--[a-z0-9-]+)\)/g)].map((match) => match[1]);
    expect(used.filter((name) => !defined.has(name))).toEqual([]);
  });
});

describe("assets", () => {
  it("are immutable under a name that holds their hash, and nothing else is there", async () => {
    const app = new Hono();
    furnish(app, "no-cache");
    for (const { name, type, body } of assets) {
      expect(name).toMatch(/^[a-z]+-[0-9a-f]{14}\.(css|js)$/);
      const response = await app.request(`/assets/${name}`);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.text()).toBe(body);
    }
    expect((await app.request("/assets/gatehouse-00000000000000.css")).status).toBe(404);
  });
});
