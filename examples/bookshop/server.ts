/**
 * @module The demo upstream: a small bookshop over plain `node:http`. It has what a gateway must get right: shared and
 * private answers, validators, a body to validate, an endpoint that is slow, one that fails on request, one that streams.
 * `examples/bookshop.openapi.yaml` and `examples/royalties.openapi.yaml` describe exactly this.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { readJson, Refusal, sendPrivate, sendProblem, sendShared } from "./replies.ts";
import { authors, books, findOrder, type OrderLine, placeOrder, statements } from "./stock.ts";

export interface Bookshop {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<void>;
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** The path's last segment, where the route has a parameter. */
  readonly id: string;
}

type Handler = (visit: Visit) => void | Promise<void>;

/** Listens on `port`, or on the next free one up to nine above it. */
export async function startBookshop(port: number): Promise<Bookshop> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof Refusal && !response.headersSent) sendProblem(response, error);
      else request.socket.destroy();
    });
  });
  for (let candidate = port; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(candidate, "127.0.0.1", () => resolve(void server.off("error", reject)));
      });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || candidate >= port + 9) throw error;
    }
  }
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://bookshop");
  const route = routes.find(({ path }) => path.test(pathname));
  if (route === undefined) throw new Refusal(404, "There is nothing at this path.");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
  const handler = route.methods[method];
  if (handler === undefined) {
    throw new Refusal(405, `${method} does not apply here.`, {}, { allow: Object.keys(route.methods).join(", ") });
  }
  await handler({ request, response, query, id: pathname.split("/").at(-1) ?? "" });
}

const routes: readonly { readonly path: RegExp; readonly methods: Readonly<Record<string, Handler>> }[] = [
  { path: /^\/books$/, methods: { GET: listBooks } },
  { path: /^\/books\/[^/]+$/, methods: { GET: getBook } },
  {
    path: /^\/authors$/,
    methods: { GET: ({ request, response }) => sendShared(request, response, { items: authors }) },
  },
  { path: /^\/authors\/[^/]+$/, methods: { GET: getAuthor } },
  { path: /^\/orders$/, methods: { POST: postOrder } },
  { path: /^\/orders\/[^/]+$/, methods: { GET: getOrder } },
  { path: /^\/slow$/, methods: { GET: beSlow } },
  { path: /^\/broken$/, methods: { GET: fail } },
  { path: /^\/stream$/, methods: { GET: streamTitles } },
  { path: /^\/statements$/, methods: { GET: ({ response }) => sendPrivate(response, 200, { items: statements }) } },
  { path: /^\/statements\/[^/]+$/, methods: { GET: getStatement } },
];

function listBooks({ request, response, query }: Visit): void {
  const page = readWhole(query, "page", 1, 1, 10_000);
  const pageSize = readWhole(query, "pageSize", 5, 1, 50);
  const author = query.get("author");
  const text = query.get("q")?.toLowerCase();
  const found = books.filter(
    (book) =>
      (author === null || book.authorId === author) && (text === undefined || book.title.toLowerCase().includes(text)),
  );
  const items = found.slice((page - 1) * pageSize, page * pageSize);
  sendShared(request, response, { items, page, pageSize, total: found.length });
}

function getBook({ request, response, id }: Visit): void {
  sendShared(request, response, books.find((book) => book.isbn === id) ?? notFound("book", id));
}

function getAuthor({ request, response, id }: Visit): void {
  sendShared(request, response, authors.find((author) => author.id === id) ?? notFound("author", id));
}

function getOrder({ response, id }: Visit): void {
  sendPrivate(response, 200, findOrder(id) ?? notFound("order", id));
}

function getStatement({ response, id }: Visit): void {
  sendPrivate(response, 200, statements.find((statement) => statement.authorId === id) ?? notFound("statement", id));
}

async function postOrder({ request, response }: Visit): Promise<void> {
  const order = placeOrder(checkLines(await readJson(request)));
  sendPrivate(response, 201, order, { location: `/orders/${order.id}` });
}

/** The lines of an order, or a 422 that names every fault by JSON pointer. */
function checkLines(body: unknown): OrderLine[] {
  const lines = (body as { lines?: unknown } | null)?.lines;
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > 20) {
    throw new Refusal(422, "The order is not valid.", {
      errors: [{ pointer: "/lines", detail: "An order has 1 to 20 lines." }],
    });
  }
  const errors: { pointer: string; detail: string }[] = [];
  lines.forEach((line: Partial<OrderLine> | null, index) => {
    if (!books.some((book) => book.isbn === line?.isbn)) {
      errors.push({ pointer: `/lines/${index}/isbn`, detail: "No book in stock has this ISBN." });
    }
    const quantity = line?.quantity;
    if (!Number.isInteger(quantity) || quantity === undefined || quantity < 1 || quantity > 99) {
      errors.push({ pointer: `/lines/${index}/quantity`, detail: "A whole number from 1 to 99." });
    }
  });
  if (errors.length > 0) throw new Refusal(422, "The order is not valid.", { errors });
  return lines.map(({ isbn, quantity }: OrderLine) => ({ isbn, quantity }));
}

async function beSlow({ response, query }: Visit): Promise<void> {
  const ms = readWhole(query, "ms", 1_000, 0, 60_000);
  await wait(ms);
  sendPrivate(response, 200, { waitedMs: ms });
}

function fail({ request, query }: Visit): void {
  if (query.get("status") === "reset") request.socket.resetAndDestroy();
  else throw new Refusal(readWhole(query, "status", 503, 500, 599), "It broke, as asked.");
}

/** One title a line, one line each 100 ms: the first must arrive long before the last is written. */
async function streamTitles({ response }: Visit): Promise<void> {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  for (const book of books) {
    if (response.destroyed) return;
    response.write(`${book.title}\n`);
    await wait(100);
  }
  response.end();
}

function readWhole(query: URLSearchParams, name: string, otherwise: number, min: number, max: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Refusal(400, `${name} is a whole number from ${min} to ${max}.`);
}

function notFound(kind: string, id: string): never {
  throw new Refusal(404, `There is no ${kind} ${id}.`);
}

// `node examples/bookshop/server.ts [port]` runs it alone.
if (process.argv[1] === import.meta.filename) {
  const shop = await startBookshop(Number(process.argv[2] ?? 8790));
  process.stdout.write(`The bookshop is at http://${shop.host}\n`);
}
