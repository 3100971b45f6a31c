/**
 * @module An upstream that does what the test says, path by path, on a real socket: answers, stalls, resets, lies about its
 * length, speaks something that is not HTTP, streams 100 MB. Everything it saw is kept in `seen`.
 *
 * ```ts
 * const upstream = await startUpstream();
 * upstream.script("/books", answer({ json: [{ isbn: "1" }], headers: { etag: '"a"' } }));
 * upstream.script("/gone", resetMidBody("half a bo"));
 * upstream.url; upstream.host;            // "http://127.0.0.1:<port>", "127.0.0.1:<port>" (for UPSTREAM_PRIVATE)
 * upstream.seen.at(-1)?.headers["x-forwarded-for"];
 * await upstream.stop();
 * ```
 *
 * A path without a script answers 200 with what it saw, as JSON (`echo`). A script holds until it is replaced.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Behaviour = (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => void | Promise<void>;

export interface SeenRequest {
  readonly method: string;
  /** As on the wire: path and query, not normalised. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in the order and spelling of the wire, duplicates kept. */
  readonly rawHeaders: readonly string[];
  /** Bytes of the request's body that arrived so far. */
  bytes: number;
  /** The body's first 64 KiB. */
  body: string;
  /** True when the caller broke off before its request or our answer was complete. */
  aborted: boolean;
}

export interface ScriptedUpstream {
  readonly url: string;
  readonly host: string;
  readonly seen: SeenRequest[];
  /** Sets what happens on a path (without query). */
  script(path: string, behaviour: Behaviour): void;
  /** Forgets all scripts and everything seen. */
  clear(): void;
  stop(): Promise<void>;
}

const bodyKeptBytes = 64 * 1024;

/** Listens on a free loopback port. */
export async function startUpstream(port = 0): Promise<ScriptedUpstream> {
  const scripts = new Map<string, Behaviour>();
  const seen: SeenRequest[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const entry = observe(request, response);
    seen.push(entry);
    const [path = "/"] = entry.url.split("?");
    const behaviour = scripts.get(path) ?? echo();
    Promise.resolve(behaviour(request, response, entry)).catch(() => request.socket.destroy());
  });
  // A stalled answer is the test's to end, not ours.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", () => resolve()));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    seen,
    script: (path, behaviour) => void scripts.set(path, behaviour),
    clear: () => {
      scripts.clear();
      seen.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function observe(request: IncomingMessage, response: ServerResponse): SeenRequest {
  const { method = "", url = "", headers, rawHeaders } = request;
  const entry: SeenRequest = { method, url, headers, rawHeaders, bytes: 0, body: "", aborted: false };
  request.on("data", (chunk: Buffer) => {
    entry.bytes += chunk.length;
    if (entry.body.length < bodyKeptBytes) entry.body += chunk.toString("utf8");
  });
  request.on("error", () => (entry.aborted = true));
  response.on("close", () => (entry.aborted ||= !response.writableFinished));
  return entry;
}

export interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  readonly json?: unknown;
}

/** Answers once the request's body is read. Without `body` or `json` the body is empty. */
export function answer({ status = 200, headers = {}, body, json }: AnswerOptions = {}): Behaviour {
  const content = json === undefined ? (body ?? "") : JSON.stringify(json);
  const type = json === undefined ? {} : { "content-type": "application/json" };
  return async (request, response) => {
    await readToEnd(request);
    response.writeHead(status, { ...type, "content-length": Buffer.byteLength(content), ...headers }).end(content);
  };
}

/** Answers 200 with `{ method, url, headers, body }` as they arrived. */
export function echo(): Behaviour {
  return async (request, response, seen) => {
    await readToEnd(request);
    const { method, url, headers, body } = seen;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ method, url, headers, body }));
  };
}

/** Closes the connection with a reset before any byte of an answer. */
export function resetBeforeHead(): Behaviour {
  return (request) => void request.socket.resetAndDestroy();
}

/** Promises more than `part`, sends that, then resets. */
export function resetMidBody(part = "half a bo", headers: Readonly<Record<string, string>> = {}): Behaviour {
  return async (request, response) => {
    response.writeHead(200, { "content-length": String(part.length + 1_000), ...headers });
    await new Promise<void>((resolve) => response.write(part, () => resolve()));
    // One turn of the loop lets the part leave before the reset overtakes it.
    setTimeout(() => request.socket.resetAndDestroy(), 20);
  };
}

/** Never answers. */
export function stallBeforeHead(): Behaviour {
  return () => undefined;
}

/** Sends head and `part`, then nothing more. */
export function stallMidBody(part = "half a bo"): Behaviour {
  return (_, response) => {
    response.writeHead(200, { "content-length": String(part.length + 1_000) });
    response.write(part);
  };
}

/** Writes bytes as they are instead of an HTTP answer, then closes. */
export function raw(bytes: string | Buffer): Behaviour {
  return (request) => void request.socket.end(bytes);
}

/** Something that is not HTTP. */
export function garbage(): Behaviour {
  return raw("SSH-2.0-OpenSSH_9.9\r\n\u0000\u0001\u0002\r\n");
}

/** Two lengths that contradict each other (RFC 9112, section 6.3: an unrecoverable error). */
export function twoContentLengths(): Behaviour {
  return raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde");
}

/** Streams `bytes` of body as fast as the caller reads; with a length unless `chunked`. */
export function stream(bytes: number, { chunked = false }: { readonly chunked?: boolean } = {}): Behaviour {
  return async (_, response) => {
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      ...(chunked ? {} : { "content-length": String(bytes) }),
    });
    const block = Buffer.alloc(64 * 1024, "x");
    for (let left = bytes; left > 0 && !response.destroyed; left -= block.length) {
      const room = response.write(left < block.length ? block.subarray(0, left) : block);
      if (!room) await roomIn(response);
    }
    response.end();
  };
}

/** Reads the request's body and answers `{ "bytes": n }`. */
export function count(): Behaviour {
  return async (request, response, seen) => {
    await readToEnd(request);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ bytes: seen.bytes }));
  };
}

function roomIn(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function readToEnd(request: IncomingMessage): Promise<void> {
  if (request.readableEnded) return Promise.resolve();
  return new Promise((resolve, reject) => request.once("end", resolve).once("error", reject));
}
