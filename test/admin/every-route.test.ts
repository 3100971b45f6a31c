/** What holds for every route alike. A new route is in the list by being in the document. */
import { beforeAll, describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/admin/resources.ts";
import { bodyFormOf, parametersOf, travelOf, type Route } from "../../src/admin/route.ts";
import { sealer } from "../../src/model/seal.ts";
import { management, pointersOf, type Management } from "./management.ts";
import { samples } from "./samples.ts";

const routes = resourcesOf({ explanations: sealer("only the routes are looked at here", "explanation") }).flatMap(
  (resource) => resource.routes,
);
const json = { "Content-Type": "application/json" };
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** One workspace for all: nothing here gets as far as to change it. */
let api: Management;
beforeAll(async () => {
  api = await management();
});

/** What stands in a path where not every word may. */
const wellFormed: Readonly<Record<string, string>> = { revision: "7", secret: "UNKNOWN" };

/** A well-formed request to something that is not there. Numbers are numbers. */
function requestTo(route: Route) {
  const sample = samples[route.does.name] ?? {};
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => wellFormed[name] ?? "unknown");
  const query = new URLSearchParams(sample.query).toString();
  const body = bodyFormOf(route) === null ? {} : { headers: json, body: JSON.stringify(sample.body ?? {}) };
  return [route.method.toUpperCase(), query === "" ? path : `${path}?${query}`, body] as const;
}

describe.each(routes.map((route) => ({ name: `${route.method} ${route.path}`, route })))("$name", ({ route }) => {
  const [method, path, ask] = requestTo(route);
  const form = bodyFormOf(route);
  const platform = route.does.realm === "platform";
  /** Where the path itself says in which workspace to act, that one must be there for the rest to be looked at. */
  const pathInside = () => ("workspace" in travelOf(route).beside ? path.replace("unknown", api.ctx.workspace) : path);

  it("needs a token that was issued here", async () => {
    const none = await api.call(method, path, { ...ask, token: null });
    expect(none.json).toMatchObject({ status: 401, code: "token-missing" });
    expect(none.headers.get("WWW-Authenticate")).toBe('Bearer realm="Gatehouse management"');
    const unknown = await api.call(method, path, { ...ask, token: "gh_admin_unknown" });
    expect(unknown.json).toMatchObject({ status: 401, code: "token-invalid" });
    expect(unknown.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
  });

  it("needs its scope, before anything of the request is read", async () => {
    const token = await api.tokenOf({ scopes: ["another:scope"] });
    const broken = method === "GET" ? {} : { headers: json, body: "{" };
    const refused = await api.call(method, pathInside(), { ...broken, token });
    expect(refused.json).toMatchObject({ status: 403, code: "scope-missing", scope: route.does.scope });
    expect(refused.headers.get("WWW-Authenticate")).toContain(`scope="${route.does.scope}"`);
  });

  it("shows a bound token nothing of another workspace", async () => {
    const token = await api.tokenOf({ scopes: ["*"], workspace: "elsewhere" });
    const refused = await api.call(method, path, { ...ask, token });
    expect(refused.json).toMatchObject(
      platform ? { status: 403, code: "scope-missing" } : { status: 404, code: "resource-not-found" },
    );
    const nowhere = await api.call(method, path, {
      ...ask,
      headers: { ...ask.headers, "Gatehouse-Workspace": "no-such" },
    });
    if (!platform) expect(nowhere.json).toMatchObject({ status: 404, code: "resource-not-found" });
  });

  if (parametersOf(route.path).length > 0)
    it("answers 404 for what is not there", async () => {
      expect((await api.call(method, path, ask)).json).toMatchObject({ status: 404, code: "resource-not-found" });
    });

  if (form !== null)
    it("refuses a media type that it does not read", async () => {
      const refused = await api.call(method, path, { headers: { "Content-Type": "text/csv" }, body: "a,b" });
      expect(refused.json).toMatchObject({ status: 415, code: "media-type-unsupported" });
    });

  if (form !== null && !form.isText)
    it("refuses what is no JSON, and tells where", async () => {
      const refused = await api.call(method, path, { headers: json, body: '{"name" "books"}' });
      expect(refused.json).toMatchObject({ status: 400, code: "request-malformed", position: { line: 1, column: 9 } });
    });

  if (form === null || !form.isText)
    it("refuses fields that it does not know", async () => {
      const refused =
        method === "GET"
          ? await api.call(method, `${pathInside()}${path.includes("?") ? "&" : "?"}unknown=1`)
          : await api.call(method, path, { headers: json, body: '{"unknown":1}' });
      expect(refused.json).toMatchObject({ status: 400, code: "input-invalid" });
      expect(pointersOf(refused)).toContain("/unknown");
    });

  it("names the methods of its path to those that it does not take", async () => {
    const taken = routes.filter(({ path: other }) => other === route.path).map((other) => other.method.toUpperCase());
    const other = methods.find((one) => !taken.includes(one));
    if (other === undefined) return;
    const refused = await api.call(other, path, { token: null });
    expect(refused.json).toMatchObject({ status: 405, code: "method-not-allowed" });
    expect(refused.headers.get("Allow")?.split(", ")).toEqual(expect.arrayContaining(taken));
  });
});
