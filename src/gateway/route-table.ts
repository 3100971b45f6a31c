/**
 * @module The routes of one revision, found by path and method in time that depends on the path's length only.
 *
 * A trie by segments. The most specific template wins, never the order in which routes were written: at each segment
 * fixed text before a parameter with fixed text around it (more of it first) before a bare parameter before the rest of
 * the path. A template that does not take the method gives way to the next one that does.
 */
import { parseTemplate, type Segment } from "../model/path-template.ts";
import type { Route } from "../model/program.ts";

interface Branch {
  readonly segment: Extract<Segment, { kind: "parameter" }>;
  readonly node: Node;
}

interface Node {
  readonly literals: Map<string, Node>;
  /** In the order of specificity. */
  readonly branches: Branch[];
  /** Routes that end here, by method. */
  readonly routes: Map<string, Leaf>;
  /** Routes that take everything from here on, by method. */
  readonly rests: Map<string, Leaf>;
}

interface Leaf {
  readonly route: Route;
  readonly names: readonly string[];
}

export interface RouteTable {
  /** The route of `method` at `path` (normal form, below the version's base), or which methods stand there. */
  find(method: string, path: string): Found;
}

export type Found =
  | { readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  | { readonly route: null; readonly allow: readonly string[] };

function newNode(): Node {
  return { literals: new Map(), branches: [], routes: new Map(), rests: new Map() };
}

/** Throws on a template that cannot be routed; compile refuses such revisions before. */
export function buildRouteTable(routes: readonly Route[]): RouteTable {
  const root = newNode();
  for (const route of routes) add(root, route);
  return { find: (method, path) => find(root, method, path) };
}

function add(root: Node, route: Route): void {
  const parsed = parseTemplate(route.path);
  if ("reason" in parsed) throw new Error(parsed.reason);
  const names = parsed.segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  const leaf: Leaf = { route, names };
  let node = root;
  for (const segment of parsed.segments) {
    if (segment.kind === "rest") {
      if (!node.rests.has(route.method)) node.rests.set(route.method, leaf);
      return;
    }
    node = segment.kind === "literal" ? literalChild(node, segment.text) : parameterChild(node, segment);
  }
  if (!node.routes.has(route.method)) node.routes.set(route.method, leaf);
}

function literalChild(node: Node, text: string): Node {
  const known = node.literals.get(text);
  if (known !== undefined) return known;
  const child = newNode();
  node.literals.set(text, child);
  return child;
}

function parameterChild(node: Node, segment: Branch["segment"]): Node {
  const known = node.branches.find(
    (branch) => branch.segment.prefix === segment.prefix && branch.segment.suffix === segment.suffix,
  );
  if (known !== undefined) return known.node;
  const child = newNode();
  node.branches.push({ segment, node: child });
  node.branches.sort((a, b) => fixedLength(b.segment) - fixedLength(a.segment));
  return child;
}

function fixedLength(segment: Branch["segment"]): number {
  return segment.prefix.length + segment.suffix.length;
}

interface Search {
  readonly method: string;
  readonly segments: readonly string[];
  readonly values: string[];
  readonly allow: Set<string>;
}

function find(root: Node, method: string, path: string): Found {
  const encoded = path.slice(1).split("/");
  const segments = path.includes("%") ? encoded.map(decodeURIComponent) : encoded;
  const search: Search = { method, segments, values: [], allow: new Set() };
  const leaf = walk(root, 0, search);
  if (leaf === null) return { route: null, allow: allowed(search.allow) };
  const parameters: Record<string, string> = {};
  leaf.names.forEach((name, index) => (parameters[name] = search.values[index] ?? ""));
  return { route: leaf.route, parameters };
}

function walk(node: Node, depth: number, search: Search): Leaf | null {
  const segment = search.segments[depth];
  if (segment === undefined) return take(node.routes, search);
  const literal = node.literals.get(segment);
  const byLiteral = literal === undefined ? null : walk(literal, depth + 1, search);
  if (byLiteral !== null) return byLiteral;
  for (const branch of node.branches) {
    const value = valueOf(segment, branch.segment);
    if (value === null) continue;
    search.values.push(value);
    const leaf = walk(branch.node, depth + 1, search);
    if (leaf !== null) return leaf;
    search.values.pop();
  }
  const isEmpty = segment === "" && depth === search.segments.length - 1;
  if (node.rests.size === 0 || isEmpty) return null;
  const leaf = take(node.rests, search);
  if (leaf !== null) search.values.push(search.segments.slice(depth).join("/"));
  return leaf;
}

/** What the parameter stands for in `segment`; null where the fixed text differs or nothing is left. */
function valueOf(segment: string, { prefix, suffix }: Branch["segment"]): string | null {
  if (segment.length <= prefix.length + suffix.length) return null;
  if (!segment.startsWith(prefix) || !segment.endsWith(suffix)) return null;
  return segment.slice(prefix.length, segment.length - suffix.length);
}

/** HEAD is answered by GET where it has no route of its own (RFC 9110 §9.3.2). */
function take(routes: Map<string, Leaf>, search: Search): Leaf | null {
  const leaf = routes.get(search.method) ?? (search.method === "HEAD" ? routes.get("GET") : undefined);
  if (leaf !== undefined) return leaf;
  for (const method of routes.keys()) search.allow.add(method);
  return null;
}

function allowed(methods: Set<string>): string[] {
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}
