/** @module The command as an operator runs it, and a management API that answers as a test says. */
import { execFile } from "node:child_process";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..", "..");

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs bin/gatehouse in `folder` to its end, with nothing of this process's environment but PATH. */
export function runGatehouse(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH: process.env.PATH, ...env } };
    execFile(path.join(root, "bin", "gatehouse"), [...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

export interface Asked<Body> {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Empty where none was sent. */
  readonly body: Body;
}

export interface ScriptedManagement<Body> {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: readonly Asked<Body>[];
  close(): void;
}

type Scripted = readonly [status: number, body: object];

/** Answers in turn, or by address, and keeps what it was asked. Whatever comes after the last answer gets a 500. */
export async function scriptedManagement<Body extends object>(
  answers: readonly Scripted[] | ((url: string) => Scripted),
): Promise<ScriptedManagement<Body>> {
  const asked: Asked<Body>[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      asked.push({
        url: request.url ?? "",
        headers: request.headers,
        body: JSON.parse(text === "" ? "{}" : text) as Body,
      });
      const [status, answer] =
        typeof answers === "function" ? answers(request.url ?? "") : (answers[asked.length - 1] ?? [500, {}]);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://console.localhost:${port}`, asked, close: () => void server.close() };
}
