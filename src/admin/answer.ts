import { Problem } from "../model/problem.ts";
import { basePath, parametersOf, type Route } from "./route.ts";

/** The output of a route as a response. */
export function answer(route: Route, output: unknown, parameters: Readonly<Record<string, string>>): Response {
  const fields = isFields(output) ? output : {};
  if (route.answers === "document") return answerDocument(fields);
  const headers = new Headers({ "Content-Type": "application/json" });
  const edition = fields["edition"];
  if (typeof edition === "number") headers.set("ETag", `"${edition}"`);
  if (route.location !== undefined) headers.set("Location", fill(route.location, { ...fields, ...parameters }));
  return new Response(JSON.stringify(output), { status: route.status ?? 200, headers });
}

/** JSON or YAML, whatever it was imported as: never a type that a browser would run. */
function answerDocument({ mediaType, text }: Readonly<Record<string, unknown>>): Response {
  const type = /yaml/i.test(String(mediaType)) ? "application/yaml" : "application/json";
  return new Response(String(text), { headers: { "Content-Type": type } });
}

/**
 * The edition that a change expects, from `If-Match`; undefined without one, and for `*`, which asks for none in particular.
 * Weak tags never match (RFC 9110 §13.1.1), and what is no tag of ours can match nothing.
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const edition = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (edition !== undefined) return Number(edition);
  throw new Problem("version-conflict", {
    detail: `If-Match ${ifMatch.slice(0, 60)} is no ETag of this resource. Send the one ETag that you got, quotes and all.`,
  });
}

function fill(template: string, fields: Readonly<Record<string, unknown>>): string {
  const path = parametersOf(template).reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(fields[name]))),
    template,
  );
  return basePath + path;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
