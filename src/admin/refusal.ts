import { databaseMessage } from "../actions/failure.ts";
import { Problem, problemBody } from "../model/problem.ts";
import { challenge } from "./authenticate.ts";

/** The one place in which this API's refusals become responses. */
export function refusal(thrown: unknown, requestId: string, portalOrigin: string): Response {
  const problem = Problem.from(thrown);
  if (problem.status >= 500) console.error("management call failed", requestId, logged(problem.cause ?? thrown));
  const headers = new Headers({ ...problem.headers, "Content-Type": "application/problem+json" });
  const { scope } = problem.members;
  if (problem.code === "scope-missing" && typeof scope === "string") {
    headers.set("WWW-Authenticate", challenge(`error="insufficient_scope"`, `scope="${scope}"`));
  }
  const body = problemBody(problem, portalOrigin, `urn:gatehouse:call:${requestId}`);
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}

/** Without what was bound to a failed statement: those may be secrets. */
function logged(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const message = databaseMessage(thrown);
  return message === thrown.message ? (thrown.stack ?? message) : message;
}
