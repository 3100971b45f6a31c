/**
 * @module A client that changes nothing: `fetch` normalises paths and refuses a Host header, so tests of the edge use
 * `node:http` and, for what no client library would write, a bare socket.
 */
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import type { Readable } from "node:stream";

export interface CallOptions {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer | Readable;
  /** Called with each piece of the answer's body instead of keeping it: for bodies that shall not fill memory. */
  readonly onChunk?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty when `onChunk` took the body. */
  readonly text: string;
  /** False when the connection broke before the body's end. */
  readonly complete: boolean;
  json(): unknown;
}

/** Sends one request with its path and headers as written, on a connection of its own. */
export function send(origin: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    let begun = false;
    const outgoing = request(
      {
        hostname,
        port,
        path,
        method: options.method ?? "GET",
        headers: { host: options.host === undefined ? host : `${options.host}:${port}`, ...copy(options.headers) },
        agent: false,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (incoming) => {
        begun = true;
        const chunks: Buffer[] = [];
        incoming.on("data", options.onChunk ?? ((chunk: Buffer) => chunks.push(chunk)));
        incoming.on("error", () => undefined);
        incoming.on("close", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            complete: incoming.complete,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    // A body that breaks is an outcome that tests ask about (`complete`), not an error of the call.
    outgoing.on("error", (error) => {
      if (!begun) reject(error);
    });
    if (options.body === undefined || typeof options.body === "string" || Buffer.isBuffer(options.body)) {
      outgoing.end(options.body);
    } else {
      options.body.pipe(outgoing);
    }
  });
}

/** Writes bytes on a bare connection; answers what came back once it closes or nothing came for `silenceMs`. */
export function sendRaw(origin: string, bytes: string | Buffer, silenceMs = 2_000): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // A reset after a refusal is an ordinary end.
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

function copy(headers: CallOptions["headers"] = {}): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
