/** @module The `Link` field (RFC 8288 §3), as far as the gateway must understand it. */

/**
 * The field without these relations: a link that has others keeps those, one that has no other goes. Null where nothing is left.
 * What is no link stays as it is.
 */
export function withoutRelations(field: string, relations: readonly string[]): string | null {
  const kept = split(field, ",").flatMap((link) => {
    const [target = "", ...parameters] = split(link, ";");
    // Only the first says something (RFC 8288 §3.3).
    const index = parameters.findIndex((parameter) => /^\s*rel\s*=/i.test(parameter));
    const types = readTypes(parameters[index]);
    const others = types.filter((type) => !relations.includes(type.toLowerCase()));
    if (others.length === types.length) return [link.trim()];
    if (others.length === 0) return [];
    return [[target.trim(), ...parameters.with(index, ` rel="${others.join(" ")}"`)].join(";")];
  });
  const left = kept.filter((link) => link !== "");
  return left.length === 0 ? null : left.join(", ");
}

/** `rel=next`, or several in quotes. */
function readTypes(parameter: string | undefined): string[] {
  const value = parameter?.slice(parameter.indexOf("=") + 1).trim() ?? "";
  return value
    .replaceAll(/^"|"$/g, "")
    .split(/\s+/)
    .filter((type) => type !== "");
}

/** The parts between separators that stand neither in an address nor in quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let closing = "";
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (closing !== "") {
      if (letter === "\\" && closing === '"') at += 1;
      else if (letter === closing) closing = "";
    } else if (letter === '"') closing = '"';
    else if (letter === "<") closing = ">";
    else if (letter === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
