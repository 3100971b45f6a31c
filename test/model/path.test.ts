import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBelow, normalisePath, pathBelow } from "../../src/model/path.ts";

const normal = (path: string): string | null => {
  const result = normalisePath(path);
  return "path" in result ? result.path : null;
};

describe("the normal form of a path", () => {
  it.each([
    ["/books/1", "/books/1"],
    ["/b%6Foks", "/books"],
    ["/a%2fb", "/a%2Fb"],
    ["/%e4%b8%ad", "/%E4%B8%AD"],
    ["/a%20b", "/a%20b"],
    ["/~x%7Ey", "/~x~y"],
    ["/a//b", null],
    ["/%2e%2e%2fa", null],
    ["/a%5c..%5cb", null],
    ["/a%2F.%2Fb", null],
    ["/%00", null],
    ["/%0a", null],
    ["/%", null],
    ["/%zz", null],
    ["/%ff", null],
  ])("%s is %s", (path, expected) => expect(normal(path)).toBe(expected));

  it("is normal already, and means what was written, whatever was written", () => {
    const piece = fc.constantFrom("a", "/", "%2F", "%2f", "%41", "%2e", ".", "%20", "%C3%A9", "%25", "-");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = new URL(`https://h/${pieces.join("")}`).pathname;
        const once = normal(path);
        if (once === null) return;
        expect(normal(once)).toBe(once);
        expect(decodeURIComponent(once)).toBe(decodeURIComponent(path));
        expect(new URL(`https://h${once}`).pathname).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("prefixes", () => {
  it("end at a slash or at the end", () => {
    expect(isBelow("/books/1", "/books")).toBe(true);
    expect(isBelow("/books", "/books")).toBe(true);
    expect(isBelow("/bookshop", "/books")).toBe(false);
    expect(isBelow("/anything", "/")).toBe(true);
    expect(pathBelow("/books/1", "/books")).toBe("/1");
    expect(pathBelow("/books", "/books")).toBe("/");
  });
});
