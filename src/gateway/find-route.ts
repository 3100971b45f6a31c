/** @module Which route a request is for, where the version is known: that of its method and path, or that a preflight asks about. */
import { Problem } from "../model/problem.ts";
import type { Matched } from "./matched.ts";
import type { VersionRoutes } from "./routes.ts";

/** What is known of a call that matched no route. */
export const nowhere = { route: null, parameters: {}, preflight: false } as const;

export type Found = Pick<Matched, "route" | "parameters" | "preflight"> & { readonly allow: readonly string[] };

/** The route of a request. A CORS preflight is the affair of the method that it asks for, where anything answers it. */
export function findRoute(routes: VersionRoutes, request: Request, path: string): Found {
  const asked = preflightMethod(request);
  if (asked !== null) {
    const found = routes.table.find(asked, path);
    if (found.route !== null && routes.answersPreflight(found.route)) return { ...found, allow: [], preflight: true };
  }
  const found = routes.table.find(request.method, path);
  if (found.route === null) return { ...nowhere, allow: found.allow };
  return { route: found.route, parameters: found.parameters, allow: [], preflight: false };
}

/** The method that a CORS preflight asks for, or null if the request is none. */
function preflightMethod(request: Request): string | null {
  if (request.method !== "OPTIONS" || !request.headers.has("origin")) return null;
  return request.headers.get("access-control-request-method");
}

/** Refuses a call that no route is for. */
export function noRoute(method: string, allow: readonly string[]): Problem {
  if (allow.length === 0) {
    return new Problem("route-not-found", {
      detail: "The API is here, but it has no operation at this path. Check the path against its reference.",
    });
  }
  return new Problem("method-not-allowed", {
    detail: `This path does not take ${method}. It takes ${allow.join(", ")}.`,
    headers: { Allow: allow.join(", ") },
  });
}
