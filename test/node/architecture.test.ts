/**
 * The import table of the house (README "Who may import whom"): type imports count, and there is no circle anywhere.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");

/** Every import of every source, as paths from the root; packages keep their names. */
function readImports(): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const folder of ["src", "schema"]) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const file = path.relative(root, path.join(entry.parentPath, entry.name));
      const source = readFileSync(path.join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
      const found = [
        ...source.matchAll(
          /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|\bimport\("([^"]+)"\)/g,
        ),
      ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
      imports.set(
        file,
        found.map((name) => (name.startsWith(".") ? path.normalize(path.join(path.dirname(file), name)) : name)),
      );
    }
  }
  return imports;
}

/** In the product's order: an area may import the `index.ts` of those before it. */
const areas = ["identity", "catalog", "governance", "consumers", "analytics", "monetisation", "lifecycle", "events"];
const areaIndexes = (names: readonly string[]): string[] => names.map((name) => `src/${name}/index.ts`);
const wire = ["src/protocols/protocol.ts", "src/protocols/wire.ts", "src/protocols/*/wire.ts"];

/** What each folder may import besides itself and packages. `*` is one path segment, a closing slash everything below. */
const allowed: Record<string, readonly string[]> = {
  "src/model": [],
  "src/env.ts": [],
  "src/ui": ["src/model/"],
  schema: ["src/model/"],
  "src/protocols": ["src/model/"],
  "src/objects": ["src/model/"],
  "src/policies": ["src/model/", ...wire],
  "src/gateway": ["src/model/", ...wire, "src/policies/"],
  "src/actions": ["src/model/", "schema/"],
  "src/platform": [
    "src/model/",
    "schema/",
    "src/env.ts",
    "src/objects/",
    "src/policies/services.ts",
    "src/gateway/ports.ts",
    "src/actions/context.ts",
  ],
  ...Object.fromEntries(
    areas.map((area, index) => [
      `src/${area}`,
      [
        "src/model/",
        "schema/",
        "src/actions/",
        "src/protocols/",
        "src/policies/",
        ...areaIndexes(areas.slice(0, index)),
        ...(area === "lifecycle" ? ["src/gateway/compile.ts"] : []),
      ],
    ]),
  ),
  "src/admin": [...areaIndexes(areas), "src/actions/", "src/model/", "src/ui/"],
  "src/console": [...areaIndexes(areas), "src/actions/", "src/model/", "src/ui/"],
  "src/portal": [...areaIndexes(areas), "src/actions/", "src/model/", "src/ui/"],
  "src/cli": [
    "src/model/",
    "src/policies/",
    "src/protocols/",
    "src/gateway/compile.ts",
    "src/governance/",
    "src/catalog/platform-file.ts",
    "src/catalog/platform-file/",
  ],
};

function mayImport(pattern: string, file: string): boolean {
  if (pattern.endsWith("/")) return file.startsWith(pattern);
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`).test(file);
}

const imports = readImports();
const isLocal = (name: string): boolean => name.startsWith("src/") || name.startsWith("schema/");
const folderOf = (file: string): string => (file.startsWith("src/") ? file.split("/").slice(0, 2).join("/") : "schema");

describe("who may import whom", () => {
  it("reads the sources at all", () => {
    expect(imports.size).toBeGreaterThan(100);
    expect(imports.get("src/gateway/compose.ts")).toContain("src/policies/index.ts");
  });

  it.each(Object.keys(allowed))("%s", (folder) => {
    const patterns = [
      folder === "schema" || !folder.endsWith(".ts") ? `${folder}/` : folder,
      ...(allowed[folder] ?? []),
    ];
    const wrong = [...imports]
      .filter(([file]) => folderOf(file) === folder)
      .flatMap(([file, names]) =>
        names
          .filter((name) => isLocal(name) && !patterns.some((pattern) => mayImport(pattern, name)))
          .map((name) => `${file} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("has no folder that the table does not know", () => {
    const folders = new Set([...imports.keys()].map(folderOf));
    folders.delete("src/worker.ts");
    expect([...folders].filter((folder) => allowed[folder] === undefined)).toEqual([]);
  });

  it("has no circle", () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
      if (done.has(file) || trail.includes(file)) return;
      for (const next of imports.get(file) ?? []) if (isLocal(next)) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of imports.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe("the two walls", () => {
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [start];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      queue.push(...(imports.get(file) ?? []));
    }
    return seen;
  };

  it("keeps database, areas and document tooling out of the gateway's graph", () => {
    const graph = [...reach("src/gateway/handle.ts")];
    const forbidden =
      /^(?:drizzle-orm|schema\/|yaml$|zod-openapi|@scalar\/|src\/(?:actions|admin|console|portal|platform)\/)|\/document/;
    expect(
      graph.filter((file) => forbidden.test(file) || areas.some((area) => file.startsWith(`src/${area}/`))),
    ).toEqual([]);
  });

  it("keeps bindings out of policies and model", () => {
    for (const start of ["src/policies/index.ts", "src/model/program.ts", "src/gateway/handle.ts"]) {
      expect([...reach(start)].filter((file) => file.startsWith("cloudflare:"))).toEqual([]);
    }
  });
});

describe("habits", () => {
  const sources = [...imports.keys()].map((file) => [file, readFileSync(path.join(root, file), "utf8")] as const);

  it("imports zod as a namespace only: the named import bundles every locale", () => {
    expect(sources.filter(([, text]) => /import\s*\{[^}]*\}\s*from "zod"/.test(text)).map(([file]) => file)).toEqual(
      [],
    );
  });

  it("writes relative imports with their ending, so that the runtime needs no build", () => {
    const bare = [...imports].flatMap(([file, names]) =>
      names.filter((name) => isLocal(name) && !/\.tsx?$/.test(name)).map((name) => `${file} → ${name}`),
    );
    expect(bare).toEqual([]);
  });

  it("keeps files under 300 lines, and free of names that say nothing", () => {
    expect(sources.filter(([, text]) => text.split("\n").length > 300).map(([file]) => file)).toEqual([]);
    const vague = /(?:^|\/)(?:utils?|helpers?|common|manager|services?|types)(?:\.tsx?$|\/)/;
    expect(
      sources.map(([file]) => file).filter((file) => vague.test(file) && file !== "src/policies/services.ts"),
    ).toEqual([]);
  });

  it("opens every contract and index file with what it is", () => {
    const contracts = sources.filter(([file]) =>
      /\/(?:index|ports|services|policy|wire|action|context)\.tsx?$/.test(file),
    );
    expect(contracts.filter(([, text]) => !text.includes("@module")).map(([file]) => file)).toEqual([]);
  });
});
