/** @module The management API over a fresh workspace of real D1, for tests: one way to call it, and tokens to call it with. */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { ulid } from "ulid";
import { workspaces } from "../../schema/workspaces.ts";
import type { Actor } from "../../src/actions/context.ts";
import { createAdmin, type AdminPorts } from "../../src/admin/index.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { sealer } from "../../src/model/seal.ts";
import { registry, type Registry } from "../support/registry.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: Record<string, unknown> | undefined;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: none. The first admin token if left out. */
  readonly token?: string | null;
}

export interface Management {
  readonly ctx: Registry;
  readonly ports: AdminPorts;
  /** `path` below /manage/v1. Objects are sent as JSON, texts as they are. */
  readonly call: (method: string, path: string, ask?: Ask) => Promise<Answer>;
  /** A token for somebody else; without any scope if left out. */
  readonly tokenOf: (actor: Partial<Actor>) => Promise<string>;
}

export async function management(): Promise<Management> {
  const ctx = await registry();
  const holders = new Map<string, Actor>();
  const ports: AdminPorts = {
    adminToken: env.ADMIN_TOKEN,
    findHolder: async (hash) => holders.get(hash) ?? null,
    workspaceExists: async (id) =>
      (await ctx.db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, id))).length > 0,
    context: ({ actor, workspace, requestId }) => ({ ...ctx, actor, workspace, requestId }),
    explanations: sealer(env.KEY_SECRET, "explanation"),
    portalOrigin: "https://portal.test",
    makeRequestId: () => ulid(),
  };
  const app = createAdmin(ports);
  return {
    ctx,
    ports,
    async tokenOf(actor) {
      const token = `gh_admin_${ulid()}`;
      holders.set(await hashSecret(token), {
        kind: "token",
        id: "tok_1",
        workspace: ctx.workspace,
        scopes: [],
        ...actor,
      });
      return token;
    },
    async call(method, path, { body, headers = {}, token = env.ADMIN_TOKEN } = {}) {
      const isJson = body !== undefined && typeof body !== "string";
      const response = await app.request(`https://console.test/manage/v1${path}`, {
        method,
        headers: {
          "Gatehouse-Workspace": ctx.workspace,
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(isJson ? { "Content-Type": "application/json" } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
