/**
 * @module One HTTP request, for the management client. Not `fetch`, which asks the resolver for `console.localhost` and gets
 * nothing on most systems, though RFC 6761 makes every such name loopback.
 */
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";

export interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
}

export interface Ask {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

const loopback: LookupFunction = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
};

/** The answer, whatever its status. Rejects with Node's own error when there is none. */
export function request(url: URL, ask: Ask): Promise<Answer> {
  const isLocal = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
  const body = ask.body === undefined ? undefined : Buffer.from(ask.body);
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? https.request : http.request;
    const outgoing = send(url, {
      method: ask.method,
      headers: { ...ask.headers, ...(body === undefined ? {} : { "content-length": String(body.byteLength) }) },
      ...(isLocal ? { lookup: loopback } : {}),
    });
    outgoing.setTimeout(ask.timeoutMs, () => outgoing.destroy(new Error(`no answer within ${ask.timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("error", reject);
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const mediaType = incoming.headers["content-type"] ?? "";
        resolve({ status: incoming.statusCode ?? 0, mediaType, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.end(body);
  });
}
