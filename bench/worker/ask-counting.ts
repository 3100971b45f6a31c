/**
 * @module The shipped worker with its ledger binding wrapped: counts the asks of this isolate and nothing else, so that a run
 * of many thousand calls can afford it. `GET /.bench/asks` answers the count.
 */
import type { Ask } from "../../src/model/ledger/messages.ts";
import shipped from "../../src/worker.ts";
import type { AskCount } from "../limits/ask-count.ts";
import { wrapMethods } from "./wrap-methods.ts";

export * from "../../src/worker.ts";

const count: AskCount = { asks: 0, waitedFor: 0 };
const wrapped = new WeakMap<Env, Env>();

function countAsks(env: Env): Env {
  const known = wrapped.get(env);
  if (known !== undefined) return known;
  const ledgers = wrapMethods(env.LEDGER, (method, call) => (...args: unknown[]) => {
    const result = call(...args);
    return method === "getByName" ? countStub(result as object) : result;
  });
  const counting: Env = { ...env, LEDGER: ledgers as Env["LEDGER"] };
  wrapped.set(env, counting);
  return counting;
}

function countStub(stub: object): object {
  return wrapMethods(stub, (method, call) => (...args: unknown[]) => {
    if (method === "ask") {
      count.asks += 1;
      if ((args[0] as Ask).take !== null) count.waitedFor += 1;
    }
    return call(...args);
  });
}

type Fetch = (request: Request, env: Env, ctx: ExecutionContext) => Response | Promise<Response>;

export default {
  ...shipped,
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (new URL(request.url).pathname === "/.bench/asks") return Response.json(count);
    return (shipped.fetch as Fetch)(request, countAsks(env), ctx);
  },
};
