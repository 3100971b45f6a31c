import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildRouteTable } from "../../src/gateway/route-table.ts";
import { parseTemplate, templateShape, type Segment } from "../../src/model/path-template.ts";
import type { Route } from "../../src/model/program.ts";

const route = (method: string, path: string): Route => ({ operation: `${method} ${path}`, method, path });
const found = (routes: readonly Route[], method: string, path: string) => {
  const result = buildRouteTable(routes).find(method, path);
  return result.route === null ? result.allow : [result.route.path, result.parameters];
};

describe("specificity", () => {
  const routes = [
    route("GET", "/files/{path+}"),
    route("GET", "/files/{name}"),
    route("GET", "/files/{name}.json"),
    route("GET", "/files/report-{year}.json"),
    route("GET", "/files/latest"),
    route("POST", "/files/latest"),
    route("PUT", "/files/{name}"),
  ];

  it.each([
    ["GET", "/files/latest", ["/files/latest", {}]],
    ["GET", "/files/report-2026.json", ["/files/report-{year}.json", { year: "2026" }]],
    ["GET", "/files/a.json", ["/files/{name}.json", { name: "a" }]],
    ["GET", "/files/a", ["/files/{name}", { name: "a" }]],
    ["GET", "/files/a/b%2Fc", ["/files/{path+}", { path: "a/b/c" }]],
    ["PUT", "/files/latest", ["/files/{name}", { name: "latest" }]],
    ["HEAD", "/files/a", ["/files/{name}", { name: "a" }]],
    ["DELETE", "/files/latest", ["GET", "HEAD", "POST", "PUT"]],
    ["GET", "/nothing", []],
    ["GET", "/files/", []],
  ])("%s %s", (method, path, expected) => {
    expect(found(routes, method, path)).toEqual(expected);
    expect(found(routes.toReversed(), method, path)).toEqual(expected);
  });
});

/** Templates over a small alphabet, so that they overlap often. */
const segment = fc.constantFrom("a", "b", "c", "{x}", "{x}.json", "a{x}");
const template = fc.tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([segments, rest]) => {
  const named = segments.map((one, index) => one.replace("{x}", `{p${index}}`));
  return `/${[...named, ...(rest ? ["{rest+}"] : [])].join("/")}`;
});
const path = fc
  .array(fc.constantFrom("a", "b", "c", "d", "ab", "a.json", ".json"), { minLength: 1, maxLength: 6 })
  .map((segments) => `/${segments.join("/")}`);

/** The definition of a match, written without a trie. */
function matches(segments: readonly Segment[], parts: readonly string[]): boolean {
  const [segment, ...rest] = segments;
  const [part, ...others] = parts;
  if (segment === undefined) return part === undefined;
  if (part === undefined) return false;
  if (segment.kind === "rest") return true;
  if (segment.kind === "literal") return segment.text === part && matches(rest, others);
  const { prefix, suffix } = segment;
  const long = part.length > prefix.length + suffix.length;
  return long && part.startsWith(prefix) && part.endsWith(suffix) && matches(rest, others);
}

/** Greater is more specific: segment by segment, fixed text before a parameter, more fixed text first, the rest last. */
function rank(segments: readonly Segment[]): string {
  return segments
    .map((one) =>
      one.kind === "literal"
        ? "9"
        : one.kind === "rest"
          ? "0"
          : String(1 + Math.min(7, one.prefix.length + one.suffix.length)),
    )
    .join("");
}

const segmentsOf = (template: string): readonly Segment[] => {
  const parsed = parseTemplate(template);
  if ("reason" in parsed) throw new Error(parsed.reason);
  return parsed.segments;
};

describe("whatever the routes", () => {
  it("finds the most specific template that matches, and none where none does, in any order of writing", () => {
    fc.assert(
      fc.property(fc.array(template, { minLength: 1, maxLength: 12 }), path, fc.nat(), (templates, path, seed) => {
        const routes = templates.map((one) => route("GET", one));
        const shuffled = routes.map((one, index) => [(index * 7919 + seed) % 101, one] as const);
        const order = shuffled.sort((a, b) => a[0] - b[0]).map(([, one]) => one);
        const result = buildRouteTable(order).find("GET", path);
        const candidates = templates.map(segmentsOf).filter((segments) => matches(segments, path.slice(1).split("/")));
        const best = candidates.map(rank).sort().at(-1);
        if (best === undefined) return result.route === null && result.allow.length === 0;
        return result.route !== null && rank(segmentsOf(result.route.path)) === best;
      }),
      { numRuns: 3_000 },
    );
  });

  it("gives back parameters that make the path again", () => {
    fc.assert(
      fc.property(template, path, (template, path) => {
        const result = buildRouteTable([route("GET", template)]).find("GET", path);
        if (result.route === null) return true;
        const again = template.replace(/\{(\w+)\+?\}/g, (_, name: string) => result.parameters[name] ?? "");
        return again === path;
      }),
    );
  });

  it("holds two templates of one shape to be the same", () => {
    expect(templateShape(segmentsOf("/a/{x}/b"))).toBe(templateShape(segmentsOf("/a/{y}/b")));
    expect(templateShape(segmentsOf("/a/{x}"))).not.toBe(templateShape(segmentsOf("/a/{x}.json")));
  });
});
