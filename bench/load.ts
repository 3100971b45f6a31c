/**
 * @module A small closed-loop client: N calls over a few kept connections, each latency in microseconds. A bare socket costs
 * the machine far less than a general client, and gives times below a millisecond, which is what these calls take.
 */
import { connect, type Socket } from "node:net";

export interface LoadTarget {
  readonly origin: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadResult {
  /** One entry a call, ascending. */
  readonly latenciesUs: readonly number[];
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Makes `calls` calls over `connections` connections, one at a time on each. */
export async function drive(target: LoadTarget, calls: number, connections = 4): Promise<LoadResult> {
  const latenciesUs: number[] = [];
  const statuses: Record<string, number> = {};
  let left = calls;
  const worker = async () => {
    const connection = await openConnection(target.origin);
    const bytes = encode(target);
    try {
      while (left-- > 0) {
        const began = process.hrtime.bigint();
        const status = await connection.call(bytes);
        latenciesUs.push(Number(process.hrtime.bigint() - began) / 1_000);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, calls) }, worker));
  return { latenciesUs: latenciesUs.sort((a, b) => a - b), statuses };
}

/** The value below which `share` of an ascending list lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

export function encode({ path, host, headers }: LoadTarget): Buffer {
  const lines = Object.entries({ host, accept: "*/*", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
}

export interface Connection {
  /** False once the other side has closed it. */
  isOpen(): boolean;
  /** Writes one request and answers the status once the whole response is in. */
  call(bytes: Buffer): Promise<string>;
  close(): void;
}

/** Nothing that is measured here is silent for so long: what is, has hung. */
const silentMs = 30_000;

export async function openConnection(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  // Between calls nobody else listens, and an error that nobody hears ends the process.
  socket.on("error", () => undefined).setTimeout(silentMs, () => socket.destroy());
  return {
    isOpen: () => socket.writable && socket.readable,
    call: (bytes) => exchange(socket, bytes),
    close: () => socket.destroy(),
  };
}

function exchange(socket: Socket, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const finish = (settle: () => void) => {
      socket.off("data", onData).off("error", onEnd).off("close", onEnd);
      settle();
    };
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (isComplete(received)) finish(() => resolve(received.toString("latin1", 9, 12)));
    };
    const onEnd = (error?: unknown) => finish(() => reject(new Error("The connection broke off.", { cause: error })));
    socket.on("data", onData).on("error", onEnd).on("close", onEnd);
    socket.write(bytes);
  });
}

function isComplete(received: Buffer): boolean {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const head = received.toString("latin1", 0, headEnd).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) return received.length >= headEnd + 4 + Number(length);
  if (head.includes("transfer-encoding: chunked"))
    return received.subarray(-7).toString("latin1").endsWith("0\r\n\r\n");
  return true;
}
