/** @module How the bookshop answers: JSON with validators, and problems (RFC 9457). */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { stockedAt } from "./stock.ts";

/** What a handler answers instead of a result; caught in one place. */
export class Refusal extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

/** Anyone may keep it for half a minute; afterwards the validators answer 304 without a body. */
export function sendShared(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`;
  const headers = { "cache-control": "public, max-age=30", etag, "last-modified": stockedAt.toUTCString() };
  if (isUnchanged(request, etag)) response.writeHead(304, headers).end();
  else sendJson(response, 200, body, headers);
}

/** Concerns one customer: nobody may keep it. */
export function sendPrivate(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  sendJson(response, status, JSON.stringify(value), { "cache-control": "private, no-store", ...headers });
}

export function sendProblem(response: ServerResponse, refusal: Refusal): void {
  const body = JSON.stringify({ status: refusal.status, detail: refusal.message, ...refusal.more });
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", ...refusal.headers };
  sendJson(response, refusal.status, body, headers);
}

/** RFC 9110, section 13.2.2: `If-None-Match` is asked first, and then `If-Modified-Since` does not count. */
function isUnchanged({ headers }: IncomingMessage, etag: string): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) {
    return tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return since >= stockedAt.getTime();
}

function sendJson(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers })
    .end(body);
}

const bodyMaxBytes = 64 * 1024;

/** The request's JSON body, or a refusal that says what is wrong with it. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Refusal(415, "Send the order as application/json.");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMaxBytes) throw new Refusal(413, `An order has at most ${bodyMaxBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
}
