/**
 * The life of a version, told by curl: what an admin sends, what its callers get, from the draft to the end. The transcript is a
 * file beside this one, and the test holds every line of it to what really happens.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { answer, startUpstream, type ScriptedUpstream } from "../support/node/scripted-upstream.ts";

const run = promisify(execFile);
/** The beacon's bound, and some more for two busy cores. */
const live = { timeout: 15_000, interval: 300 };
/** Totals come with the ledger's reports, once a minute at most. */
const counted = { timeout: 100_000, interval: 1_000 };
const shownHeaders = ["deprecation", "sunset", "link", "retry-after", "location", "etag"];

let upstream: ScriptedUpstream;
let gatehouse: BuiltGatehouse;
/** Of the gateway, and of the console, where the management API is. */
let api: string;
let manage: string;
const story: string[] = [];
/** What is another in every run, with the word that stands for it in the transcript. */
const stands = new Map<string, string>();

interface Got {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: unknown;
}

async function curl(args: readonly string[]): Promise<Got> {
  const { stdout } = await run("curl", ["-sS", "-i", ...args]);
  const end = stdout.indexOf("\r\n\r\n");
  const [first = "", ...lines] = stdout.slice(0, end).split("\r\n");
  const headers = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(":")).toLowerCase());
  const text = stdout.slice(end + 4);
  return {
    status: Number(first.split(" ")[1]),
    headers: new Map(
      Array.from(headers, ([name, all]) => [name, all.map((line) => line.slice(name.length + 1).trim())]),
    ),
    body: text === "" ? null : JSON.parse(text),
  };
}

function quoted(arg: string): string {
  return /^[\w:/.@?=&-]+$/.test(arg) ? arg : `'${arg}'`;
}

/** The text as it is in every run: ids, times and addresses by what they are. */
function settled(text: string): string {
  let all = text;
  for (const [value, word] of stands) all = all.replaceAll(value, word);
  return all
    .replaceAll(/\b([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}\b/g, "$1_…")
    .replaceAll(/urn:gatehouse:call:[\w.-]+/g, "urn:gatehouse:call:…")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash>")
    .replaceAll(/\bgh_live_\w{4}…/g, "gh_live_…")
    .replaceAll(/\blast on \d{4}-\d\d-\d\d\b/g, "last on <day>")
    .replaceAll(/\bpauses until [\w:.-]+/g, "pauses until <end>")
    .replaceAll(/^retry-after: \d+$/gm, "retry-after: <seconds>")
    .replaceAll(/"calls": \d+/g, '"calls": <calls>')
    .replaceAll(/"lastCallAt": \d{13}/g, '"lastCallAt": <time>');
}

/** What of an answer is shown: all of it, or some fields, or what is made of it. */
type Shown = "all" | readonly string[] | ((body: Record<string, unknown>) => unknown);

function partOf(body: unknown, shown: Shown): unknown {
  if (shown === "all" || typeof body !== "object" || body === null) return body;
  if (typeof shown === "function") return shown(body as Record<string, unknown>);
  return Object.fromEntries(Object.entries(body).filter(([name]) => shown.includes(name)));
}

function show(args: readonly string[], got: Got, part: Shown): void {
  const shown = shownHeaders.flatMap((name) => (got.headers.get(name) ?? []).map((value) => `${name}: ${value}`));
  const body = partOf(got.body, part);
  const lines = [`$ curl -i ${args.map(quoted).join(" ")}`, String(got.status), ...shown];
  story.push(settled([...lines, ...(body === null ? [] : [JSON.stringify(body, null, 2)])].join("\n")), "");
}

function tell(words: string): void {
  story.push(`# ${words}`);
}

/** Asks the management API. Refusals are shown whole. */
async function change(method: string, path: string, body: object | null, part: Shown): Promise<Got> {
  const sent = body === null ? [] : ["-H", "Content-Type: application/json", "-d", JSON.stringify(body)];
  const args = [
    ...(method === "GET" ? [] : ["-X", method]),
    `${manage}${path}`,
    "-H",
    "Authorization: Bearer $TOKEN",
    ...sent,
  ];
  const got = await curl(args.map((arg) => arg.replace("$TOKEN", gatehouse.adminToken)));
  show(args, got, got.status < 300 ? part : "all");
  return got;
}

let key = "";

/** Calls as the application does, until the answer has that status: as soon as a change has come to the gateway. */
async function call(path: string, status: number): Promise<void> {
  const args = [`${api}${path}`, "-H", "X-Api-Key: $KEY"];
  const sent = args.map((arg) => arg.replace("$KEY", key));
  const got = await vi.waitFor(async () => {
    const answered = await curl(sent);
    expect(answered.status, JSON.stringify(answered.body)).toBe(status);
    return answered;
  }, live);
  show(args, got, "all");
}

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.script("/books", answer({ json: [{ isbn: "1" }] }));
  gatehouse = await startBuilt({ upstreams: [upstream] });
  const { port } = new URL(gatehouse.console);
  api = `http://api.localhost:${port}`;
  manage = `${gatehouse.console}/manage/v1`;
  stands.set(`:${port}`, "");
  stands.set(upstream.url, "http://shop.internal");
  stands.set(upstream.host, "shop.internal");
}, 180_000);
afterAll(async () => {
  await gatehouse?.stop();
  await upstream?.stop();
});

it("is told by curl from the draft to the end", { timeout: 300_000 }, async () => {
  const operations = [{ id: "listBooks", method: "GET", path: "/books" }];
  const policies = [
    { id: "key", type: "require-key" },
    { id: "door", type: "require-principal" },
  ];
  const one = "/apis/books/versions/v1";

  tell("Where it answers, and where its calls go.");
  await change("PATCH", "/environments/production", { hosts: ["api.localhost"] }, ["slug", "hosts"]);
  const targets = { production: [{ url: upstream.url }] };
  await change("POST", "/upstreams", { slug: "shop", targets }, ["slug", "targets"]);

  tell("A draft is nothing to callers.");
  await change("POST", "/apis", { slug: "books", name: "Books", prefix: "/books" }, ["slug", "prefix"]);
  const drafted = { name: "v1", upstream: "shop", operations, policies };
  await change("POST", "/apis/books/versions", drafted, ["name", "state"]);
  await call("/books/v1/books", 404);

  tell("Somebody who will call it.");
  await change("POST", "/products", { slug: "reading", name: "Reading", apis: ["books"] }, ["slug"]);
  await change("POST", "/products/reading/plans", { slug: "free", name: "Free" }, ["slug"]);
  await change("POST", "/organizations", { slug: "acme", name: "Acme" }, ["slug"]);
  const application = { organization: "acme", slug: "reader", name: "Reader" };
  await change("POST", "/applications", application, ["slug", "state"]);
  const subscription = { application: "reader", product: "reading", plan: "free" };
  await change("POST", "/subscriptions", subscription, ["state"]);
  const made = await change("POST", "/applications/reader/keys", { name: "First" }, ["name", "hint"]);
  key = String((made.body as { key: unknown }).key);

  tell("Published, it is served.");
  await change("POST", `${one}/publish`, {}, ["number", "environment", "findings"]);
  await call("/books/v1/books", 200);

  tell("Another revision, and back.");
  const marked = [...policies, { id: "mark", type: "response-headers", config: { set: { "X-Shop": "new" } } }];
  await change("PATCH", one, { policies: marked }, ["name", "state"]);
  await change("POST", `${one}/publish`, {}, ["number"]);
  await change("POST", `${one}/rollback`, {}, ["number"]);

  tell("A version that follows.");
  const second = { name: "v2", upstream: "shop", operations, policies };
  await change("POST", "/apis/books/versions", second, ["name", "state"]);
  await change("POST", "/apis/books/versions/v2/publish", {}, ["number"]);
  await change("PATCH", one, { successor: "v2" }, ["name", "state", "successor"]);

  tell("Deprecated, it is served as before, and says since when, until when and where to go.");
  const ending = {
    deprecatedAt: Date.UTC(2026, 10, 1),
    sunsetAt: Date.UTC(2099, 2, 1),
    guideUrl: "https://docs.example/moving",
  };
  await change("POST", `${one}/deprecate`, ending, ["state", "deprecatedAt", "sunsetAt", "guideUrl"]);
  await vi.waitFor(async () => {
    const served = await curl([`${api}/books/v1/books`, "-H", `X-Api-Key: ${key}`]);
    expect(served.headers.get("deprecation")).toEqual(["@1793491200"]);
  }, live);
  await call("/books/v1/books", 200);

  tell("Once all that a product opens is on its way out, it takes no new subscribers.");
  await change("POST", "/apis/books/versions/v2/deprecate", {}, ["state"]);
  await change("POST", "/applications", { organization: "acme", slug: "writer", name: "Writer" }, ["slug"]);
  await change("POST", "/subscriptions", { ...subscription, application: "writer" }, []);
  await change("POST", "/apis/books/versions/v2/reinstate", {}, ["state"]);

  tell("A brownout: for a while its calls are refused, so that whoever has not moved on notices in time.");
  const hour = 3_600_000;
  // Just before the hour: a call is told of by its minute, which may be the hour's first.
  const begin = Math.floor(Date.now() / hour) * hour - 7;
  stands.set(String(begin), "<this hour>");
  stands.set(String(begin + 2 * hour), "<two hours later>");
  await change("POST", `${one}/deprecate`, { brownouts: [{ from: begin, to: begin + 2 * hour }] }, ["state"]);
  await call("/books/v1/books", 503);
  await change("POST", `${one}/deprecate`, { brownouts: [] }, ["state"]);
  await call("/books/v1/books", 200);

  tell("It is not retired while somebody still calls it; who that is stands in the refusal.");
  await vi.waitFor(async () => {
    const callers = await gatehouse.manage("GET", `/manage/v1${one}/callers`);
    expect((callers.json() as { count: number }).count).toBe(1);
  }, counted);
  const refused = await change("POST", `${one}/retire`, {}, []);
  expect(refused.status).toBe(409);

  tell("With a reason it is, which the trail keeps. Callers get 410, and where to go.");
  await change("POST", `${one}/retire`, { reason: "Reader has moved on by mail." }, ["state"]);
  await call("/books/v1/books", 410);
  await call("/books/v2/books", 200);
  await change("GET", "/audit?action=retire-version", null, ({ items }) =>
    (items as { action: string; before: { state: string }; after: { state: string; reason: string } }[]).map(
      (entry) => ({
        action: entry.action,
        before: entry.before.state,
        after: entry.after.state,
        reason: entry.after.reason,
      }),
    ),
  );

  tell("And it can be brought back.");
  await change("POST", `${one}/reinstate`, {}, ["state"]);
  await call("/books/v1/books", 200);

  await expect(story.join("\n")).toMatchFileSnapshot("lifecycle-transcript.txt");
});
