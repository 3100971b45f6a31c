/**
 * @module Path templates, as in OpenAPI: `/books/{isbn}`, `/files/{name}.json`, and `/files/{path+}` for the rest of a path.
 */

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  /** One parameter, maybe with fixed text around it. */
  | { readonly kind: "parameter"; readonly prefix: string; readonly name: string; readonly suffix: string }
  /** Everything that is left; only as the last segment. */
  | { readonly kind: "rest"; readonly name: string };

/** Segments of a template, or the reason why it cannot be routed. */
export function parseTemplate(
  template: string,
): { readonly segments: readonly Segment[] } | { readonly reason: string } {
  if (!template.startsWith("/")) return { reason: `“${template}” does not begin with a slash. Write “/${template}”.` };
  const parts = template.slice(1).split("/");
  const segments: Segment[] = [];
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    if (part === "" && index < parts.length - 1) return { reason: `“${template}” has an empty segment.` };
    const segment = parseSegment(part);
    if (segment === null) {
      return {
        reason: `“${part}” cannot be routed: use one {parameter} a segment, with fixed text around it at most.`,
      };
    }
    if (segment.kind === "rest" && index < parts.length - 1) {
      return { reason: `“${part}” takes the rest of the path, so it must be the last segment.` };
    }
    if (segment.kind !== "literal") {
      if (names.has(segment.name)) return { reason: `“${template}” names {${segment.name}} twice.` };
      names.add(segment.name);
    }
    segments.push(segment);
  }
  return { segments };
}

function parseSegment(part: string): Segment | null {
  if (!part.includes("{") && !part.includes("}")) return { kind: "literal", text: decodeLiteral(part) };
  const match = /^([^{}]*)\{([^{}/+]+)(\+?)\}([^{}]*)$/.exec(part);
  if (match === null) return null;
  const [, prefix = "", name = "", plus, suffix = ""] = match;
  if (plus === "+") return prefix === "" && suffix === "" ? { kind: "rest", name } : null;
  return { kind: "parameter", prefix: decodeLiteral(prefix), name, suffix: decodeLiteral(suffix) };
}

function decodeLiteral(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Equal for two templates that match the same paths: `/a/{x}` and `/a/{y}` have one shape. */
export function templateShape(segments: readonly Segment[]): string {
  return segments
    .map((segment) =>
      segment.kind === "literal"
        ? `=${segment.text}`
        : segment.kind === "rest"
          ? "*"
          : `${segment.prefix}{}${segment.suffix}`,
    )
    .join("/");
}
