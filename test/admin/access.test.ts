/** Who may do what, in which workspace, and on which edition of it. */
import { ulid } from "ulid";
import { describe, expect, it, vi } from "vitest";
import { createAdmin } from "../../src/admin/index.ts";
import { explanationText, type Explanation } from "../../src/model/explanation.ts";
import { management, type Management } from "./management.ts";

const books = { slug: "books", name: "Books", prefix: "/books" };

describe("a token", () => {
  it("counts until it ends or is revoked", async () => {
    const { call, tokenOf } = await management();
    const ends = await tokenOf({ scopes: ["*"], expiresAt: Date.now() + 60_000 });
    const ended = await tokenOf({ scopes: ["*"], expiresAt: Date.now() - 1 });
    const revoked = await tokenOf({ scopes: ["*"], revokedAt: 1 });
    const statuses = [ends, ended, revoked, `${ends}x`].map(
      async (token) => (await call("GET", "/apis", { token })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 401, 401, 401]);
  });

  it("is no token in another scheme, or with something else in it", async () => {
    const { call } = await management();
    for (const Authorization of ["Basic dXNlcjpwYXNz", "Bearer", "Bearer one two", 'Bearer "quoted"']) {
      const refused = await call("GET", "/apis", { token: null, headers: { Authorization } });
      expect(refused.json, Authorization).toMatchObject({ status: 401, code: "token-missing" });
    }
    expect((await call("GET", "/apis", { token: "x".repeat(10_000) })).json).toMatchObject({ code: "token-invalid" });
  });

  it("is shown once, and allows no more than its maker may", async () => {
    const { call, tokenOf } = await management();
    const made = await call("POST", "/tokens", { body: { name: "Reader", scopes: ["catalog:read"] } });
    const token = String(made.json?.["token"]);
    expect((await call("GET", "/apis", { token })).status).toBe(200);
    expect((await call("POST", "/apis", { token, body: books })).json).toMatchObject({ scope: "catalog:write" });
    for (const path of ["/tokens", "/audit"]) expect((await call("GET", path)).text).not.toContain(token);
    const small = await tokenOf({ scopes: ["tokens:write"] });
    const beyond = await call("POST", "/tokens", { token: small, body: { name: "More", scopes: ["*"] } });
    expect(beyond.json).toMatchObject({ status: 400, errors: [{ pointer: "/scopes/0" }] });
    await call("DELETE", `/tokens/${String(made.json?.["id"])}`);
    expect((await call("GET", "/apis", { token })).status).toBe(401);
  });
});

describe("the workspace", () => {
  it("is a bound token's own where none is named", async () => {
    const { call, ctx, ports, tokenOf } = await management();
    await call("POST", "/apis", { body: books });
    const token = await tokenOf({ scopes: ["*"] });
    const headers = { Authorization: `Bearer ${token}` };
    const own = await createAdmin(ports).request("https://console.test/manage/v1/apis", { headers });
    expect(await own.json()).toMatchObject({ items: [{ slug: "books" }] });
    const seen = await call("GET", `/workspaces/${ctx.workspace}`, { token });
    expect(seen.json).toMatchObject({ id: ctx.workspace });
    expect((await call("GET", "/workspaces", { token })).json).toMatchObject({ code: "scope-missing" });
  });

  it("is never the platform's own", async () => {
    const { call } = await management();
    const headers = { "Gatehouse-Workspace": "platform" };
    expect((await call("GET", "/apis", { headers })).json).toMatchObject({ status: 404 });
    expect((await call("GET", "/workspaces/platform")).json).toMatchObject({ status: 404 });
    expect((await call("GET", "/platform/policies", { headers })).status).toBe(200);
  });

  it("is the one that a platform file names, where no other is named", async () => {
    const { call, ctx, ports } = await management();
    const body = JSON.stringify({ file: { format: 1, workspace: ctx.workspace } });
    const headers = { Authorization: `Bearer ${ports.adminToken}`, "Content-Type": "application/json" };
    const address = "https://console.test/manage/v1/platform-file?plan=true";
    const planned = await createAdmin(ports).request(address, { method: "PUT", headers, body });
    expect(await planned.json()).toMatchObject({ workspace: ctx.workspace, applied: false });
    const other = await management();
    const named = await call("PUT", "/platform-file?plan=true", {
      headers: { "Gatehouse-Workspace": other.ctx.workspace, "Content-Type": "application/json" },
      body,
    });
    expect(named.json).toMatchObject({ status: 409, findings: [{ pointer: "/workspace" }] });
  });

  it("can be created, named and found", async () => {
    const { call } = await management();
    const id = `made-${ulid().toLowerCase()}`;
    const made = await call("POST", "/workspaces", { body: { id, name: "Made" } });
    expect(made.headers.get("Location")).toBe(`/manage/v1/workspaces/${id}`);
    const renamed = await call("PATCH", `/workspaces/${id}`, { body: { name: "Renamed" } });
    expect(renamed.headers.get("ETag")).toBe('"2"');
    expect((await call("GET", `/workspaces/${id}`)).json).toMatchObject({ name: "Renamed" });
    expect((await call("GET", "/apis", { headers: { "Gatehouse-Workspace": id } })).json).toMatchObject({ items: [] });
  });
});

describe("If-Match", () => {
  it("changes only the edition that the caller saw", async () => {
    const { call } = await management();
    await call("POST", "/apis", { body: books });
    const patch = (etag: string, name: string) =>
      call("PATCH", "/apis/books", {
        headers: { "If-Match": etag, "Content-Type": "application/json" },
        body: { name },
      });
    const first = await patch('"1"', "Books 2");
    expect([first.status, first.headers.get("ETag")]).toEqual([200, '"2"']);
    for (const old of ['"1"', 'W/"2"', '"2", "3"', '"other"', "2"]) {
      expect((await patch(old, "Books 3")).json, old).toMatchObject({ status: 412, code: "version-conflict" });
    }
    expect((await patch("*", "Books 3")).status).toBe(200);
    const created = await call("POST", "/apis", {
      headers: { "If-Match": '"1"', "Content-Type": "application/json" },
      body: { ...books, slug: "films", prefix: "/films" },
    });
    expect(created.status).toBe(412);
  });
});

describe("an explanation", () => {
  const explain = async ({ call }: Management, instance: string, token?: string) =>
    call("POST", "/explanations", { body: { instance }, ...(token === undefined ? {} : { token }) });

  it("opens for the workspace that was called, and for no other", async () => {
    const api = await management();
    const id = ulid();
    const sealed = async (workspace: string) => {
      const text = explanationText({ ...refusedCall, workspace });
      return `urn:gatehouse:call:${id}.${await api.ports.explanations.seal(text, id)}`;
    };
    const own = await explain(api, await sealed(api.ctx.workspace));
    expect(own.json).toEqual({ call: id, ...refusedCall, workspace: api.ctx.workspace });
    const nothing = [
      await sealed("another"),
      `urn:gatehouse:call:${id}`,
      (await sealed(api.ctx.workspace)).replace(id, ulid()),
    ];
    for (const instance of nothing) {
      expect((await explain(api, instance)).json).toMatchObject({ status: 404, code: "resource-not-found" });
    }
    // Whoever sees all workspaces sees calls that met none.
    expect((await explain(api, await sealed(""))).status).toBe(200);
    const bound = await api.tokenOf({ scopes: ["usage:read"] });
    expect((await explain(api, await sealed(""), bound)).status).toBe(404);
  });
});

describe("a failure of our own", () => {
  it("tells the caller nothing but the request's id", async () => {
    const { ports, ctx } = await management();
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = createAdmin({
      ...ports,
      context: () => {
        throw new Error("a secret of ours");
      },
    });
    const headers = { Authorization: `Bearer ${ports.adminToken}`, "Gatehouse-Workspace": ctx.workspace };
    const answer = await broken.request("https://console.test/manage/v1/apis", { headers });
    const text = await answer.text();
    const id = answer.headers.get("Gatehouse-Request-Id");
    expect(JSON.parse(text)).toMatchObject({
      status: 500,
      code: "internal-error",
      type: "https://portal.test/problems/internal-error",
      instance: `urn:gatehouse:call:${id}`,
    });
    expect(text).not.toContain("secret");
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

const refusedCall: Explanation = {
  at: 1_764_000_000_000,
  workspace: "",
  environment: "env_1",
  code: "quota-exceeded",
  decidedBy: "plan",
  type: "plan-limits",
  origin: "workspace",
  route: "GET /books",
  api: "books",
  version: "v1",
  application: "app_1",
  credential: "key_1",
  ms: 3,
  passage: [
    ["key", "pass", 1],
    ["plan", "refuse", 2],
  ],
};
