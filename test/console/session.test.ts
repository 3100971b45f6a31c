import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { endedSessions } from "../../schema/workspaces.ts";
import { perform } from "../../src/actions/action.ts";
import { identity } from "../../src/identity/index.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { sealer } from "../../src/model/seal.ts";
import { registry, type Registry } from "../support/registry.ts";
import { clock, explanations, makeToken, openTab, ours, sessions, signIn } from "./tab.ts";

let ctx: Registry;
beforeAll(async () => {
  ctx = await registry();
});

describe("signing in", () => {
  it("sends everybody without a session to the form, and back to where they wanted to go", async () => {
    const tab = openTab(ctx);
    for (const path of [`/w/${ctx.workspace}/apis?x=1`, "/w/other/explain", "/nothing-here"]) {
      const { status, location } = await tab.get(path);
      expect(status).toBe(303);
      expect(location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    }
    const { token } = await makeToken(ctx);
    const { status, location, set } = await tab.post("/sign-in", { token: ` ${token}\n`, next: "/w/x/apis?y=2" });
    expect(status).toBe(303);
    expect(location).toBe("/w/x/apis?y=2");
    expect(set).toMatch(/^__Host-gatehouse-console=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it("keeps neither the token nor its hash readable in the cookie", async () => {
    const { token } = await makeToken(ctx);
    const { set } = await openTab(ctx).post("/sign-in", { token });
    expect(set).not.toContain(token);
    expect(set).not.toContain(await hashSecret(token));
  });

  it("says the same whatever is wrong with the token, and shows nothing of it", async () => {
    const revoked = await makeToken(ctx);
    await perform(identity.revokeAdminToken, ctx, { token: revoked.id });
    const ended = await makeToken({ ...ctx, now: () => 1 }, ["*"], 2);
    const pages = await Promise.all(
      ["", "nonsense", "x".repeat(600), revoked.token, ended.token].map((token) =>
        openTab(ctx).post("/sign-in", { token }),
      ),
    );
    for (const { status, html, set } of pages) {
      expect(status).toBe(403);
      expect(set).toBeNull();
      expect(html).toBe(pages[0]?.html);
      expect(html).toContain("<title>Error: Sign in · Gatehouse</title>");
      expect(html).toContain('role="alert"');
      expect(html).toContain('aria-invalid="true"');
    }
  });

  it("leads nowhere else afterwards", async () => {
    const { token } = await makeToken(ctx);
    for (const next of [
      "//evil.test",
      "/\\evil.test",
      "https://evil.test",
      "javascript:alert(1)",
      "/\n/evil.test",
      "",
    ]) {
      expect((await openTab(ctx).post("/sign-in", { token, next })).location).toBe("/");
    }
  });

  it("takes no form from another site, and none that is too large", async () => {
    const { token } = await makeToken(ctx);
    const tab = openTab(ctx);
    for (const headers of [
      { ...ours, "sec-fetch-site": "cross-site" },
      { ...ours, "sec-fetch-site": "same-site" },
      { "content-type": ours["content-type"], origin: "null" },
      { "content-type": ours["content-type"] },
    ]) {
      const { status, set } = await tab.post("/sign-in", { token }, headers);
      expect(status).toBe(403);
      expect(set).toBeNull();
    }
    const large = await tab.post("/sign-in", { token, next: "x".repeat(9_000) });
    expect(large).toMatchObject({ status: 403, set: null });
  });
});

describe("a session", () => {
  it("ends with its token, at the next request", async () => {
    const { get, home, made } = await signIn(ctx);
    expect((await get(home)).status).toBe(200);
    await perform(identity.revokeAdminToken, ctx, { token: made.id });
    const { status, location, set } = await get(home);
    expect(status).toBe(303);
    expect(location).toContain("/sign-in");
    expect(set).toContain("Max-Age=0");
  });

  it("ends after a day, and with sign-out", async () => {
    const { get, post, home } = await signIn(ctx);
    clock.now += 23 * 3_600_000;
    expect((await get(home)).status).toBe(200);
    clock.now += 2 * 3_600_000;
    expect((await get(home)).status).toBe(303);

    const other = await signIn(ctx);
    expect((await other.post("/sign-out", {}, { ...ours, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await other.get(other.home)).status).toBe(200);
    expect((await other.post("/sign-out", {})).location).toBe("/sign-in");
    expect((await other.get(other.home)).status).toBe(303);
    expect((await post("/sign-out", {})).status).toBe(303);
  });

  it("counts nowhere after sign-out, whoever kept a copy of its cookie; others of the same token go on", async () => {
    const made = await makeToken(ctx);
    const signed = async () => {
      const tab = openTab(ctx);
      const { set } = await tab.post("/sign-in", { token: made.token });
      return { tab, cookie: set?.split(";")[0] ?? "" };
    };
    const [one, two] = [await signed(), await signed()];
    const stolen = () => openTab(ctx).send(`/w/${ctx.workspace}`, { headers: { cookie: one.cookie } });
    expect((await stolen()).status).toBe(200);
    expect((await one.tab.post("/sign-out", {})).set).toContain("Max-Age=0");
    const { status, location, set } = await stolen();
    expect([status, location, set]).toEqual([
      303,
      expect.stringContaining("/sign-in"),
      expect.stringContaining("Max-Age=0"),
    ]);
    expect((await two.tab.get(`/w/${ctx.workspace}`)).status).toBe(200);
    // Nor does the copy sign anything out that is not its own, or fail.
    const again = await openTab(ctx).send("/sign-out", { method: "POST", headers: { ...ours, cookie: one.cookie } });
    expect(again.location).toBe("/sign-in");
    expect((await two.tab.get(`/w/${ctx.workspace}`)).status).toBe(200);
  });

  it("is remembered as ended only until it would have ended anyway", async () => {
    const { made, post } = await signIn(ctx);
    const old = { id: `old-${made.id}`, workspace: ctx.workspace, endsAt: Date.now() - 1 };
    await ctx.db.insert(endedSessions).values(old);
    await post("/sign-out", {});
    const rows = await ctx.db.select().from(endedSessions).where(eq(endedSessions.workspace, ctx.workspace));
    expect(rows.map(({ id }) => id)).not.toContain(old.id);
    expect(rows.every(({ endsAt }) => endsAt > Date.now())).toBe(true);
  });

  it("is not what another purpose, secret or time sealed", async () => {
    const { made } = await signIn(ctx);
    const hash = await hashSecret(made.token);
    const text = `ses_1 ${hash} ${Date.now() + 1_000_000}`;
    const tab = openTab(ctx);
    const forged = [
      await explanations.seal(text),
      await sealer("another secret", "console-session").seal(text),
      await sessions.seal(`ses_1 ${hash} ${clock.now - 1}`),
      await sessions.seal(`${hash} ${clock.now + 1_000_000}`),
      await sessions.seal(hash),
      "nonsense",
    ];
    for (const value of forged) {
      const answer = await tab.send(`/w/${ctx.workspace}`, {
        headers: { cookie: `__Host-gatehouse-console=${value}` },
      });
      expect(answer.status).toBe(303);
    }
    // Without the prefix a proxied page could set it.
    const good = await sessions.seal(text);
    expect((await tab.send("/", { headers: { cookie: `gatehouse-console=${good}` } })).location).toContain("sign-in");
  });
});
