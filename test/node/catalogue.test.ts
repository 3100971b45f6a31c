/**
 * Every policy, protocol, action and problem is listed, named as its file, described and tested: what is not in the
 * catalogue does not exist, and what is in it is whole.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { analytics } from "../../src/analytics/index.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { problems } from "../../src/model/problem.ts";
import { policies } from "../../src/policies/index.ts";
import { documents } from "../../src/protocols/documents.ts";
import { wires } from "../../src/protocols/wire.ts";

const root = path.join(import.meta.dirname, "../..");
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), "utf8");
const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const files = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));

describe.each(Object.entries(policies))("the policy %s", (type, definition) => {
  it("is named as its file and its export, and says in a sentence what it does", async () => {
    expect(definition.type).toBe(type);
    const module: Record<string, unknown> = await import(`../../src/policies/${type}.ts`);
    expect(module[camel(type)]).toBe(definition);
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
  });

  it("describes every field of its configuration, and refuses any other", () => {
    const schema = z.toJSONSchema(definition.config, { io: "input" });
    expect(schema.additionalProperties).toBe(false);
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      expect(typeof field === "object" && field.description, `${type}.${name}`).toBeTruthy();
    }
  });

  it("has its tests", () => {
    expect(existsSync(path.join(root, `test/policies/${type}.test.ts`))).toBe(true);
  });
});

it("lists every policy that has a file", () => {
  const defined = files("src/policies").filter((file) => /^export const \w+ = definePolicy\(/m.test(read(file)));
  expect(defined.map((file) => path.basename(file, ".ts")).sort()).toEqual(Object.keys(policies).sort());
});

describe("protocols", () => {
  it("have a folder with both halves, listed in both places", () => {
    const folders = readdirSync(path.join(root, "src/protocols"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const names = folders.map(({ name }) => name).sort();
    expect(Object.keys(wires).sort()).toEqual(names);
    expect(Object.keys(documents).sort()).toEqual(names);
    for (const name of names) {
      for (const half of ["wire.ts", "document.ts"])
        expect(existsSync(path.join(root, "src/protocols", name, half))).toBe(true);
    }
  });
});

const areas = { identity, catalog, consumers, analytics, lifecycle };
const deeds = Object.entries(areas).flatMap(([area, members]) =>
  Object.entries(members).map(([name, deed]) => ({ area, exported: name, deed })),
);
const testTexts = files("test")
  .map((file) => read(file))
  .join("\n");

describe("actions and queries", () => {
  it.each(deeds.map((one) => [`${one.area}/${one.deed.name}`, one] as const))("%s", (_, { area, exported, deed }) => {
    expect(exported).toBe(camel(deed.name));
    expect(existsSync(path.join(root, "src", area, `${deed.name}.ts`))).toBe(true);
    expect(deed.summary).toMatch(/^[A-Z].*\.$/);
    expect(deed.scope).not.toBe("");
    expect(testTexts.includes(exported) || testTexts.includes(deed.name), "no test speaks of it").toBe(true);
  });

  it("are all listed by their area", () => {
    const defined = Object.keys(areas).flatMap((area) =>
      files(`src/${area}`).filter((file) => /export const \w+ = define(?:Action|Query)\(/.test(read(file))),
    );
    const listed = deeds.map(({ area, deed }) => `src/${area}/${deed.name}.ts`);
    expect(defined.sort()).toEqual(listed.sort());
  });

  it("never share a name", () => {
    const names = deeds.map(({ deed }) => deed.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("problems", () => {
  const told = /^src\/(?:model\/problem\.ts|portal\/problems\/)/;
  const sources = files("src").filter((file) => !told.test(file));
  const text = sources.map((file) => read(file)).join("\n");

  it.each(Object.entries(problems))("%s", (code, { title, status }) => {
    expect(title).toMatch(/^[A-Z][^.]*[^.]$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text.includes(`"${code}"`), "nobody throws it").toBe(true);
  });
});
