/** @module Where a text stops being JSON. V8 names a position for some faults only; asked only once parsing has failed. */

const token =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/uy;

/** What may come next: a value, a key (or the end of an empty object), a colon, or a comma (or the end of its container). */
type Want = "value" | "value or ]" | "key" | "key or }" | ":" | "," | "end";

/** Offset of the first character that cannot stand where it stands, and what would have been right. */
export function findJsonFault(text: string): { readonly position: number; readonly wanted: string } {
  const open: ("{" | "[")[] = [];
  let want: Want = "value";
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    const next: Want | null =
      match === null ? null : follow(want, match[1] ?? (match[2] === undefined ? "scalar" : "string"), open);
    if (match === null || next === null) {
      const blank = /[ \t\r\n]*/y;
      blank.lastIndex = at;
      return { position: at + (blank.exec(text)?.[0].length ?? 0), wanted: describe(want, open) };
    }
    want = next;
    at += match[0].length;
  }
}

/** The state after `found`, with the open containers kept; null if it may not stand here. */
function follow(want: Want, found: string, open: ("{" | "[")[]): Want | null {
  const wantsValue = want === "value" || want === "value or ]";
  if (found === "string" && (want === "key" || want === "key or }")) return ":";
  if (found === ":") return want === ":" ? "value" : null;
  if (found === ",") return want !== "," ? null : open.at(-1) === "{" ? "key" : "value";
  if ((found === "{" || found === "[") && wantsValue) {
    open.push(found);
    return found === "{" ? "key or }" : "value or ]";
  }
  const ends =
    found === "}"
      ? want === "key or }" || (want === "," && open.at(-1) === "{")
      : found === "]"
        ? want === "value or ]" || (want === "," && open.at(-1) === "[")
        : false;
  if (ends) open.pop();
  else if (!wantsValue || (found !== "string" && found !== "scalar")) return null;
  return open.length === 0 ? "end" : ",";
}

function describe(want: Want, open: readonly ("{" | "[")[]): string {
  if (want === "end") return "the end of the document";
  if (want === ",") return open.at(-1) === "{" ? "a comma or }" : "a comma or ]";
  if (want === ":") return "a colon";
  return want.startsWith("key") ? want.replace("key", "a field in double quotes") : want.replace("value", "a value");
}
