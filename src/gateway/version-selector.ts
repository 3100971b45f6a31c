/**
 * @module Which version a call asks for: in its path, a header, a parameter, its media types, or by a date. Says nothing about
 * whether there is such a version, but for a path, which is only understood by the names that there are.
 */
import { isBelow, pathBelow } from "../model/path.ts";
import type { BucketApi, VersionSelector } from "../model/program.ts";

/** What a call asks for. `name` is null where it asks for none; `path` is what is left of the path. */
export interface Wanted {
  readonly name: string | null;
  readonly path: string;
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;

/** `below` is the path below the API's prefix. */
export function wantedVersion(api: BucketApi, below: string, url: URL, headers: Headers): Wanted {
  const { selector } = api;
  switch (selector.in) {
    case "header":
      return { name: headers.get(selector.name), path: below };
    case "query":
      return { name: url.searchParams.get(selector.name), path: below };
    case "media-type":
      return { name: fromMediaTypes(api, selector, headers), path: below };
    case "date": {
      const date = headers.get(selector.name)?.trim();
      return { name: date === undefined ? null : (newestUntil(api, date) ?? date), path: below };
    }
    case "path": {
      const version = api.versions.find(({ name }) => isBelow(below, `/${name}`));
      if (version !== undefined) return { name: version.name, path: pathBelow(below, `/${version.name}`) };
      return { name: null, path: below };
    }
  }
}

/** Names of request headers that decide: answers differ by them (RFC 9110 §12.5.5). */
export function selectingHeaders(selector: VersionSelector): readonly string[] {
  if (selector.in === "media-type") return ["Accept"];
  return selector.in === "header" || selector.in === "date" ? [selector.name] : [];
}

/**
 * The newest version that is not after the date: whoever began with it goes on getting it. Retired ones count, so that their
 * callers are told. Null for what is no date, and for a date before the first version.
 */
function newestUntil(api: BucketApi, date: string): string | null {
  if (!isoDate.test(date)) return null;
  let newest: string | null = null;
  for (const { name } of api.versions) {
    if (isoDate.test(name) && name <= date && (newest === null || name > newest)) newest = name;
  }
  return newest;
}

/** The first name in `Accept`, else in `Content-Type`, that is a version's; if none is, the first name of all. */
function fromMediaTypes(
  api: BucketApi,
  selector: Extract<VersionSelector, { in: "media-type" }>,
  headers: Headers,
): string | null {
  const names = [headers.get("accept"), headers.get("content-type")].flatMap((field) => namesIn(field ?? "", selector));
  return names.find((name) => api.versions.some((version) => version.name === name)) ?? names[0] ?? null;
}

/** Quoted strings may hold commas and semicolons (RFC 9110 §5.6.4). */
const member = /(?:[^,"]|"(?:\\.|[^"\\])*")+/g;
const piece = /(?:[^;"]|"(?:\\.|[^"\\])*")+/g;

/** Versions that a list of media types names, in the order of the list. */
function namesIn(field: string, { vendor, parameter }: Extract<VersionSelector, { in: "media-type" }>): string[] {
  return (field.match(member) ?? []).flatMap((range) => {
    const [type = "", ...parameters] = (range.match(piece) ?? []).map((part) => part.trim());
    if (vendor !== undefined) {
      // application/vnd.acme.v2+json: a vendor tree's subtype and a suffix (RFC 6838 §3.2, §4.2.8).
      const begin = `application/${vendor}.`.toLowerCase();
      if (!type.toLowerCase().startsWith(begin)) return [];
      return [type.slice(begin.length).replace(/\+[\w.-]*$/, "")];
    }
    return parameters.flatMap((one) => {
      const [name = "", value = ""] = one.split(/=(.*)/s);
      return name.trim().toLowerCase() === parameter?.toLowerCase() ? [unquoted(value.trim())] : [];
    });
  });
}

function unquoted(value: string): string {
  return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
}
