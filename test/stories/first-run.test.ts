import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalFacts } from "../../bin/start/greeting.ts";
import { type Answer, send } from "../support/node/http-client.ts";

const root = path.join(import.meta.dirname, "..", "..");
const factsFile = path.join(root, ".gatehouse", "local.json");

/** What a person does first: `npm start`, then the printed lines. */
describe("the first run", () => {
  let state: string;
  let port: number;
  let run: Run;
  /** Left by a Gatehouse that someone works with while these tests run. */
  let factsBefore: string | undefined;

  beforeAll(async () => {
    factsBefore = await readFile(factsFile, "utf8").catch(() => undefined);
    state = await mkdtemp(path.join(tmpdir(), "gatehouse-first-run-"));
    port = await freePort();
    run = await npmStart(port, state);
  }, 180_000);

  afterAll(async () => {
    await run?.interrupt();
    await rm(state, { recursive: true, force: true });
    if (factsBefore !== undefined) await writeFile(factsFile, factsBefore, { mode: 0o600 });
  });

  const sample = (headers: Record<string, string> = run.facts.sampleRequest.headers): Promise<Answer> => {
    const { origin, pathname } = new URL(run.facts.sampleRequest.url);
    return send(origin.replace("localhost", "127.0.0.1"), pathname, { host: "localhost", headers });
  };

  it("prints one line with every address, and leaves the same facts in .gatehouse/local.json", async () => {
    expect(run.facts).toMatchObject({
      gateway: `http://localhost:${port}`,
      portal: `http://portal.localhost:${port}`,
      console: `http://console.localhost:${port}`,
      management: `http://console.localhost:${port}/manage/v1`,
    });
    expect(JSON.parse(await readFile(factsFile, "utf8"))).toEqual(run.facts);
  });

  it("answers a keyed call with the upstream's body, the second time from the cache, and counts both", async () => {
    const first = await sample();
    expect(first.status).toBe(200);
    expect(first.json()).toMatchObject({ total: 12, page: 1 });
    const second = await sample();
    expect(second.status).toBe(200);
    expect(second.text).toBe(first.text);
    expect(second.headers["cache-status"]).toContain("hit");
    expect(remaining(second, "per-month")).toBe(remaining(first, "per-month") - 1);
  });

  it("refuses a call without a key with 401, and one to an API without a subscription with 403", async () => {
    const keyless = await sample({});
    expect(keyless.status).toBe(401);
    expect(keyless.headers["content-type"]).toContain("application/problem+json");
    expect(keyless.headers["www-authenticate"]).toBeDefined();
    const { headers } = run.facts.sampleRequest;
    const other = await send(`http://127.0.0.1:${port}`, "/royalties/v1/statements", { host: "localhost", headers });
    expect(other.status).toBe(403);
  });

  it("answers 429 with the limit's headers once the plan's calls are used up", async () => {
    let answer = await sample();
    for (let calls = 0; calls < 60 && answer.status !== 429; calls++) answer = await sample();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.headers["ratelimit-policy"]).toContain("per-minute");
    expect(remaining(answer, "per-minute")).toBe(0);
  });

  it("ends everything it started on Ctrl-C, and keeps its data for the next start", async () => {
    const before = run;
    const processes = await before.descendants();
    expect(processes.some((process) => process.command.includes("workerd"))).toBe(true);
    await before.interrupt();
    await expect.poll(() => processes.filter(({ pid }) => isAlive(pid)), { timeout: 5_000 }).toEqual([]);

    run = await npmStart(port, state);
    expect(run.facts.consumerKey).toBe(before.facts.consumerKey);
    expect(run.facts.adminToken).toBe(before.facts.adminToken);
    expect([200, 429]).toContain((await sample()).status);
  }, 120_000);

  it("says where the demo upstream went if its port is taken, and what to mend in the file before one applies it", async () => {
    // The first run has the usual port, or whoever made it move has.
    const other = await npmStart(await freePort(), `${state}-moved`);
    try {
      const moved = /The demo upstream runs at (http:\/\/\S+),/.exec(other.said())?.[1] ?? "";
      expect(other.said()).toContain(path.join(root, "examples", "gatehouse.yaml"));
      const copy = path.join(state, "examples");
      await cp(path.join(root, "examples"), copy, { recursive: true });
      const unchanged = await diff(copy, other.facts);
      expect(unchanged).toMatchObject({ code: 1, said: expect.stringContaining("setting UPSTREAM_PRIVATE") as string });
      const file = path.join(copy, "gatehouse.yaml");
      await writeFile(file, (await readFile(file, "utf8")).replace("http://127.0.0.1:8790", moved));
      expect(await diff(copy, other.facts)).toMatchObject({ code: 0 });
    } finally {
      await other.interrupt();
      await rm(`${state}-moved`, { recursive: true, force: true });
    }
  }, 120_000);

  it("says what to do when the port is taken", async () => {
    const second = await npmStart(port, `${state}-other`).catch((error: unknown) => error);
    expect(String(second)).toContain(`--port ${port + 1}`);
    await rm(`${state}-other`, { recursive: true, force: true });
  });
});

interface Run {
  readonly facts: LocalFacts;
  /** What it has written to stderr. */
  said(): string;
  descendants(): Promise<readonly Process[]>;
  /** Sends Ctrl-C's signal to npm alone, which must reach everything below it; waits until npm is gone. */
  interrupt(): Promise<unknown>;
}

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Answers once the line of facts is there; rejects with what was said if it ends before. */
async function npmStart(port: number, state: string): Promise<Run> {
  const args = ["start", "--", "--port", String(port), "--state", state, "--json"];
  const child = spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  let said = "";
  const facts = await new Promise<LocalFacts>((resolve, reject) => {
    let out = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const line = out.split("\n").find((candidate) => candidate.startsWith("{") && candidate.endsWith("}"));
      if (line !== undefined) resolve(JSON.parse(line) as LocalFacts);
    });
    child.once("error", reject);
    void exited.then((code) => reject(new Error(`npm start ended with ${code}.\n${said}`)));
  });
  return {
    facts,
    said: () => said,
    descendants: () => descendantsOf(child),
    interrupt: async () => {
      if (child.exitCode === null) child.kill("SIGINT");
      return exited;
    },
  };
}

/** `gatehouse diff` of the file in a folder, against the Gatehouse of those facts. */
function diff(folder: string, facts: LocalFacts): Promise<{ readonly code: number; readonly said: string }> {
  const args = ["diff", "gatehouse.yaml", "--server", facts.management];
  const options = { cwd: folder, env: { ...process.env, GATEHOUSE_TOKEN: facts.adminToken } };
  return new Promise((resolve) => {
    execFile(path.join(root, "bin", "gatehouse"), args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}

async function descendantsOf(child: ChildProcess): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
  const all = stdout.split("\n").map((line) => {
    const [, pid = "0", parent = "0", command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
  const found: Process[] = [];
  for (let parents = [child.pid ?? 0]; parents.length > 0;) {
    const children = all.filter((process) => process.pid !== 0 && parents.includes(process.parent));
    found.push(...children);
    parents = children.map((process) => process.pid);
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What is left of a limit (draft-ietf-httpapi-ratelimit-headers: `"name";r=…;t=…`). */
function remaining(answer: Answer, limit: string): number {
  return Number(new RegExp(`"${limit}";[^,]*\\br=(\\d+)`).exec(String(answer.headers["ratelimit"]))?.[1] ?? Number.NaN);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
