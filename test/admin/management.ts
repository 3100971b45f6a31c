/** @module The management API over a fresh workspace of real D1, for tests: one way to call it, and tokens to call it with. */
import { env } from "cloudflare:workers";
import { ulid } from "ulid";
import { adminTokens, workspaces } from "../../schema/workspaces.ts";
import { expect } from "vitest";
import { stamp } from "../../src/actions/revise.ts";
import { linesType } from "../../src/admin/answer.ts";
import { createAdmin, type AdminPorts } from "../../src/admin/index.ts";
import { answerSchema } from "../../src/admin/links.ts";
import { resourcesOf } from "../../src/admin/resources.ts";
import type { Route } from "../../src/admin/route.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { sealer } from "../../src/model/seal.ts";
import { documentCheck } from "./exact.ts";
import { registry, type Registry } from "../support/registry.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: Record<string, unknown> | undefined;
}

/** Every route of this file's tests that has answered with success. */
export const answered = new Set<string>();

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

export interface Ask {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: none. The first admin token if left out. */
  readonly token?: string | null;
}

export interface IssuedToken {
  readonly scopes: readonly string[];
  readonly workspace?: string;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

export interface Management {
  readonly ctx: Registry;
  readonly ports: AdminPorts;
  /** `path` below /manage/v1. Objects are sent as JSON, texts as they are. */
  readonly call: (method: string, path: string, ask?: Ask) => Promise<Answer>;
  /** A token that was issued, bound to this workspace unless another is named. */
  readonly tokenOf: (token: IssuedToken) => Promise<string>;
}

/** Made once: the document is the same for every workspace. */
let checkExchange: ReturnType<typeof documentCheck> | undefined;

export async function management(): Promise<Management> {
  const ctx = await registry();
  const ports: AdminPorts = {
    adminToken: env.ADMIN_TOKEN,
    directory: ctx,
    context: ({ actor, workspace, requestId }) => ({ ...ctx, actor, workspace, requestId }),
    explanations: sealer(env.KEY_SECRET, "explanation"),
    portalOrigin: "https://portal.test",
    makeRequestId: () => ulid(),
  };
  const app = createAdmin(ports);
  const resources = resourcesOf(ports);
  const routes = resources.flatMap((resource) => resource.routes);
  checkExchange ??= documentCheck(resources);
  return {
    ctx,
    ports,
    async tokenOf({ scopes, workspace = ctx.workspace, expiresAt = null, revokedAt = null }) {
      const token = `gh_admin_${ulid()}`;
      const hash = await hashSecret(token);
      const owner = { id: workspace, name: workspace, ...stamp(1) };
      const row = { id: `tok_${ulid()}`, workspace, hash, hint: "", name: "test", scopes: [...scopes], ...stamp(1) };
      await ctx.db.insert(workspaces).values(owner).onConflictDoNothing();
      await ctx.db.insert(adminTokens).values({ ...row, expiresAt, revokedAt });
      return token;
    },
    async call(method, path, { body, headers = {}, token = env.ADMIN_TOKEN } = {}) {
      const isJson = body !== undefined && typeof body !== "string";
      const sent = new Headers({
        "Gatehouse-Workspace": ctx.workspace,
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(isJson ? { "Content-Type": "application/json" } : {}),
        ...headers,
      });
      const content = isJson ? JSON.stringify(body) : body;
      const response = await app.request(`https://console.test/manage/v1${path}`, {
        method,
        headers: sent,
        ...(content === undefined ? {} : { body: content }),
      });
      const text = await response.text();
      const answer = { status: response.status, headers: response.headers, text, json: parse(text) };
      checkExchange?.({ method, path, headers: sent, body: content, answer });
      const route = routeAt(routes, method, path);
      if (response.ok && route !== undefined) {
        answered.add(nameOf(route));
        if (text !== "") expectDescribed(route, answer);
      }
      return answer;
    },
  };
}

/** JSON pointers of the fields that a problem names. */
export function pointersOf({ json }: Answer): string[] {
  const errors = (json?.["errors"] ?? []) as { readonly pointer: string }[];
  return errors.map(({ pointer }) => pointer);
}

/** The route that answers there; undefined for the document itself. */
function routeAt(routes: readonly Route[], method: string, path: string): Route | undefined {
  const [pathname = ""] = path.split("?");
  const matches = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname);
  return routes.find((route) => route.method === method.toLowerCase() && matches(route.path));
}

/** What is answered is what the document says: nothing less, and nothing that it does not name. */
function expectDescribed(route: Route, { json, status, headers }: Answer): void {
  if (route.answers === "document") return;
  expect(status).toBe(route.status ?? 200);
  if (route.answers === "lines" && headers.get("content-type") === linesType) return;
  expect(answerSchema(route.does.output).parse(json)).toEqual(json);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
