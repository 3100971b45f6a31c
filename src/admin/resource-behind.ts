import * as z from "zod";
import type { Query } from "../actions/action.ts";
import type { Target } from "../actions/audit.ts";
import type { Context } from "../actions/context.ts";
import { parseInput } from "../actions/input.ts";
import { Problem } from "../model/problem.ts";
import { parametersOf, takesIfMatch, type Route } from "./route.ts";

const Stored = z.object({ id: z.string(), edition: z.int() });

/**
 * Reads the resource that a request to change it is about, as it stands now: what a GET of its address, or of the nearest one
 * above it, shows. Null where there is none by now. Undefined for a route that is about nothing that has editions.
 */
export function resourceBehind(
  routes: readonly Route[],
  route: Route,
  input: Readonly<Record<string, unknown>>,
): ((ctx: Context) => Promise<Target | null>) | undefined {
  if (!takesIfMatch(route)) return undefined;
  const shown = routes
    .filter(({ method, path }) => method === "get" && (route.path === path || route.path.startsWith(`${path}/`)))
    .toSorted((a, b) => b.path.length - a.path.length)
    .find(({ does }) => showsEditions(does.output) && does.realm === route.does.realm);
  if (shown?.does.kind !== "query") return undefined;
  const query: Query = shown.does;
  const named = Object.fromEntries(parametersOf(shown.path).map((name) => [name, input[name]]));
  const kind = query.name.replace(/^get-/, "");
  return async (ctx) => {
    try {
      return { kind, ...Stored.parse(await query.read(parseInput(query.input, named), ctx)) };
    } catch (thrown) {
      if (thrown instanceof Problem) return null;
      throw thrown;
    }
  };
}

function showsEditions(output: z.ZodType): boolean {
  return output instanceof z.ZodObject && "edition" in output.shape && "id" in output.shape;
}
