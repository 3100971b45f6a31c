/** @module The console over a workspace of real D1, for tests: a tab that keeps its cookie, tokens, and a clock in hand. */
import { env } from "cloudflare:workers";
import { perform } from "../../src/actions/action.ts";
import { createConsole } from "../../src/console/index.tsx";
import { findHolder, identity } from "../../src/identity/index.ts";
import { sealer } from "../../src/model/seal.ts";
import type { BasePath } from "../../src/ui/site.ts";
import type { Registry } from "../support/registry.ts";

const origin = "https://console.test";
/** Headers of a form that is the console's own. */
export const ours = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
export const explanations = sealer(env.KEY_SECRET, "explanation");
export const sessions = sealer(env.KEY_SECRET, "console-session");
/** What the console takes for the time; set when a tab is opened. */
export const clock = { now: 0 };

export function openTab(ctx: Registry, basePath: BasePath = "") {
  clock.now = Date.now();
  const app = createConsole({
    basePath,
    sessions,
    explanations,
    actorOf: (hash) => findHolder({ db: ctx.db, now: () => clock.now }, hash),
    context: (_request, actor, workspace) => ({ ...ctx, actor, workspace }),
    now: () => clock.now,
  });
  let cookie = "";
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === "" ? {} : { cookie }) };
    const response = await app.request(`${origin}${path}`, { ...init, headers });
    const set = response.headers.get("set-cookie");
    if (set !== null) cookie = /Max-Age=0/.test(set) ? "" : (set.split(";")[0] ?? "");
    return {
      response,
      status: response.status,
      location: response.headers.get("location"),
      html: await response.text(),
      set,
    };
  };
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = ours) =>
    send(path, { method: "POST", body: new URLSearchParams(form).toString(), headers });
  return { get: send, post, send };
}

type Scopes = ("*" | "catalog:read")[];

export async function makeToken(ctx: Registry, scopes: Scopes = ["*"], expiresAt: number | null = null) {
  return perform(identity.createAdminToken, ctx, { name: "a test", scopes, expiresAt });
}

export async function signIn(ctx: Registry, basePath: BasePath = "", scopes?: Scopes) {
  const made = await makeToken(ctx, scopes);
  const tab = openTab(ctx, basePath);
  await tab.post(`${basePath}/sign-in`, { token: made.token });
  return { ...tab, made, home: `${basePath}/w/${ctx.workspace}` };
}
