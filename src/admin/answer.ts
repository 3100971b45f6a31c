import { fillPath, withLinks } from "./links.ts";
import type { Route } from "./route.ts";

/** What a request says about its answer. */
export interface Asked {
  readonly url: string;
  readonly accept: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

/** One JSON object a line (https://github.com/ndjson/ndjson-spec). */
export const linesType = "application/x-ndjson";

/** The output of a route as a response. */
export function answer(route: Route, output: unknown, { url, accept, parameters }: Asked): Response {
  const fields = isFields(output) ? output : {};
  if (route.status === 204) return new Response(null, { status: 204 });
  if (route.answers === "document") return answerDocument(fields);
  if (route.answers === "lines" && accept?.includes(linesType) === true) return answerLines(fields, url);
  const headers = new Headers({ "Content-Type": "application/json" });
  const edition = fields["edition"];
  if (typeof edition === "number") headers.set("ETag", `"${edition}"`);
  const location = route.location === undefined ? null : fillPath(route.location, { ...fields, ...parameters }, {});
  if (location !== null) headers.set("Location", location);
  const answered = isFields(output) ? withLinks(route, output, { parameters, url }) : output;
  return new Response(JSON.stringify(answered), { status: route.status ?? 200, headers });
}

/** The items of a page, one a line; `Link` leads to the next page (RFC 8288). */
function answerLines({ items, cursor }: Readonly<Record<string, unknown>>, url: string): Response {
  const headers = new Headers({ "Content-Type": linesType });
  if (typeof cursor === "string") {
    const next = new URL(url);
    next.searchParams.set("cursor", cursor);
    headers.set("Link", `<${next.pathname}${next.search}>; rel="next"`);
  }
  const lines = Array.isArray(items) ? items.map((item) => `${JSON.stringify(item)}\n`) : [];
  return new Response(lines.join(""), { headers });
}

/** JSON or YAML, whatever it was imported as: never a type that a browser would run. */
function answerDocument({ mediaType, text }: Readonly<Record<string, unknown>>): Response {
  const type = /yaml/i.test(String(mediaType)) ? "application/yaml" : "application/json";
  return new Response(String(text), { headers: { "Content-Type": type } });
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
