/** @module An upstream that answers at once and writes down when each call arrived. The call says in its path which it is. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoggedCall } from "./call-log.ts";

export interface LoggingUpstream {
  readonly host: string;
  /** The calls of a log's name, in the order in which they were sent. */
  log(name: string): LoggedCall[];
  stop(): void;
}

/** The last segment of a call's path: the log that it stands in, and its place there. */
export const callId = (log: string, place: number): string => `${log}-${place}`;

const body = JSON.stringify({ isbn: "9780141439518", title: "Pride and Prejudice", note: "x".repeat(400) });

export async function startUpstream(): Promise<LoggingUpstream> {
  const logs = new Map<string, LoggedCall[]>();
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const [, log = "", place = ""] = /\/([a-z-]+)-(\d+)$/.exec(request.url ?? "") ?? [];
    const call = logs.get(log)?.[Number(place)];
    // A call that is sent twice was still admitted once, and first.
    if (call !== undefined) call.arrivedAt ??= Date.now();
    response.writeHead(200, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log(name) {
      const log = logs.get(name) ?? [];
      logs.set(name, log);
      return log;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
