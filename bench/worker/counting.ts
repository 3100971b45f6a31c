/**
 * @module The shipped worker with its bindings wrapped, so that the benchmark counts round trips instead of assuming them.
 *
 * Wraps at the outermost edge: the shipped handler gets an env whose KV, D1 and object stubs write down when a request to
 * them left and when its answer came. Which call caused it is kept by AsyncLocalStorage. `GET /.bench/calls` answers what was
 * written since it was last asked. The bundle that is deployed has none of this.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import shipped from "../../src/worker.ts";
import { type CountedCall, type Trip, upstreamTrip } from "../trip.ts";
import { type Methods, wrapMethods } from "./wrap-methods.ts";

export * from "../../src/worker.ts";

const current = new AsyncLocalStorage<CountedCall>();
let calls: CountedCall[] = [];
let tick = 0;

function counted<Result>(name: string, work: () => Result): Result {
  const trip: Trip = { name, began: ++tick, ended: 0 };
  current.getStore()?.trips.push(trip);
  const result = work();
  if (!(result instanceof Promise) && typeof (result as PromiseLike<unknown>)?.then !== "function") return result;
  const end = () => void (trip.ended = ++tick);
  void Promise.resolve(result).then(end, end);
  return result;
}

function countMethods(target: object, name: string): object {
  return wrapMethods(
    target,
    (method, call) =>
      (...args: unknown[]) =>
        counted(`${name}.${method}`, () => call(...args)),
  );
}

/** By the kind of key too: `program:<hash>` is counted as `program`. */
function countStore(store: object, name: string): object {
  return wrapMethods(store, (method, call) => (...args: unknown[]) => {
    const [kind] = String(args[0]).split(":");
    return counted(`${name}.${method} ${kind}`, () => call(...args));
  });
}

function countNamespace(namespace: object, name: string): object {
  const givesStub = new Set(["get", "getByName"]);
  return wrapMethods(namespace, (method, call) => (...args: unknown[]) => {
    const result = call(...args);
    return givesStub.has(method) ? countMethods(result as object, name) : result;
  });
}

const statements = new WeakMap<object, object>();

function countDatabase(database: object, name: string): object {
  const countStatement = (statement: object): object => {
    const wrapped = wrapMethods(statement, (method, call) => (...args: unknown[]) => {
      if (method === "bind") return countStatement(call(...args) as object);
      return counted(`${name}.${method}`, () => call(...args));
    });
    statements.set(wrapped, statement);
    return wrapped;
  };
  return wrapMethods(database, (method, call) => (...args: unknown[]) => {
    if (method === "prepare") return countStatement(call(...args) as object);
    if (method === "withSession") return countDatabase(call(...args) as object, name);
    if (method !== "batch") return counted(`${name}.${method}`, () => call(...args));
    const batch = (args[0] as object[]).map((statement) => statements.get(statement) ?? statement);
    return counted(`${name}.batch`, () => call(batch));
  });
}

function countBinding(name: string, binding: unknown): unknown {
  if (typeof binding !== "object" || binding === null) return binding;
  if ("getByName" in binding) return countNamespace(binding, name);
  if ("prepare" in binding) return countDatabase(binding, name);
  if ("getWithMetadata" in binding) return countStore(binding, name);
  if ("limit" in binding) return countMethods(binding, name);
  return binding;
}

const wrapped = new WeakMap<Env, Env>();

function countEnv(env: Env): Env {
  const known = wrapped.get(env);
  if (known !== undefined) return known;
  const entries = Object.entries(env).map(([name, value]) => [name, countBinding(name, value)] as const);
  const counting: Env = Object.fromEntries(entries) as never;
  wrapped.set(env, counting);
  return counting;
}

const plainFetch = globalThis.fetch;
globalThis.fetch = ((input: RequestInfo, init?: RequestInit) =>
  counted(upstreamTrip, () => plainFetch(input, init))) as typeof fetch;

let cacheIsCounted = false;

function countCache(): void {
  if (cacheIsCounted) return;
  cacheIsCounted = true;
  const prototype = Object.getPrototypeOf(caches.default) as Methods;
  for (const method of ["match", "put", "delete"] as const) {
    const plain = prototype[method];
    if (plain === undefined) continue;
    prototype[method] = function (this: object, ...args: unknown[]) {
      return counted(`colo cache.${method}`, () => plain.apply(this, args));
    };
  }
}

type Fetch = (request: Request, env: Env, ctx: ExecutionContext) => Response | Promise<Response>;

export default {
  ...shipped,
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (new URL(request.url).pathname === "/.bench/calls") {
      const taken = calls;
      calls = [];
      return Response.json(taken);
    }
    countCache();
    const call: CountedCall = { trips: [] };
    calls.push(call);
    return current.run(call, () => (shipped.fetch as Fetch)(request, countEnv(env), ctx));
  },
};
