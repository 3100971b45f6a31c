import { describe, expect, it } from "vitest";
import { createAdmin } from "../../src/admin/index.ts";
import { describeApi } from "../../src/admin/openapi.ts";
import { resourcesOf } from "../../src/admin/resources.ts";
import { management } from "./management.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Record<string, readonly string[]>[];
  readonly responses: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe("the document of the management API", () => {
  it("is served to anybody, and cached by its tag", async () => {
    const { call } = await management();
    const served = await call("GET", "/openapi.json", { token: null });
    expect(served.status).toBe(200);
    expect(served.headers.get("Content-Type")).toBe("application/json");
    expect(served.headers.get("Cache-Control")).toBe("public, max-age=300");
    const tag = served.headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await call("GET", "/openapi.json", {
      token: null,
      headers: { "If-None-Match": `"other", W/${tag}` },
    });
    expect([again.status, again.text, again.headers.get("ETag")]).toEqual([304, "", tag]);
    expect((await call("POST", "/openapi.json", { token: null })).status).toBe(405);
  });

  it("describes every operation, each under a name of its own", async () => {
    const { call, ports } = await management();
    const document = (await call("GET", "/openapi.json", { token: null })).json;
    const operations = Object.entries(document?.["paths"] as Paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, ...operation })),
    );
    const routes = resourcesOf(ports).flatMap((resource) => resource.routes);
    expect(operations.map(({ route }) => route).toSorted()).toEqual(
      [...routes.map(({ method, path }) => `${method} ${path}`), "get /openapi.json"].toSorted(),
    );
    const served = createAdmin(ports).routes.filter(({ method }) => method !== "ALL");
    expect(served.map(({ method, path }) => `${method} ${path}`.toLowerCase()).toSorted()).toEqual(
      operations.map(({ route }) => route.replace(" ", " /manage/v1").replaceAll(/\{(\w+)\}/g, ":$1")).toSorted(),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { route, summary, tags, security, responses } of operations) {
      expect(summary, route).toMatch(/\.$/);
      expect(tags, route).toHaveLength(1);
      expect(Object.keys(responses), route).toContain("default");
      if (route !== "get /openapi.json") expect(security[0]?.["adminToken"], route).toHaveLength(1);
    }
  });

  it("tells inputs from outputs: a default may be left out, and is always answered", async () => {
    const { ports } = await management();
    const document = describeApi(resourcesOf(ports));
    const input = document.paths?.["/apis"]?.post?.requestBody as {
      content: Record<string, { schema: { required: string[] } }>;
    };
    expect(input.content["application/json"]?.schema.required).toEqual(["slug", "name", "prefix"]);
    const output = document.components?.schemas?.["Api"] as { required: string[]; additionalProperties?: unknown };
    expect(output.required).toContain("visibility");
    expect(output.additionalProperties).toBeUndefined();
  });
});
