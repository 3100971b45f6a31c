/**
 * @module Routes as data: what stands at a path, which action or query does it, and where the parts of its input travel.
 *
 * Reading, checking, the OpenAPI document and the tests all follow from this one object. Path parameters bear the names of
 * the input's fields; the rest of an input is the query of a GET and the JSON body of everything else.
 */
import * as z from "zod";
import type { Action, Query } from "../actions/action.ts";
import { Slug } from "../actions/fields.ts";
import { jsonBody, type BodyForm } from "./body-form.ts";

/** Where this API stands at its host. */
export const basePath = "/manage/v1";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export interface Route {
  readonly method: Method;
  /** Below {@link basePath}, with `{field}` for fields of the input. */
  readonly path: `/${string}`;
  readonly does: Action | Query;
  /** Where what it does stands at a second path: its name in the document. */
  readonly name?: string;
  /** Fields that travel in the query string. All that are not in the path, if it is a GET. */
  readonly query?: readonly string[];
  /** How the remaining fields travel; JSON if left out. */
  readonly body?: BodyForm;
  /** 200 if left out; 204 answers nothing. */
  readonly status?: 201 | 204;
  /** Where what was created stands from now on: a path with fields of the output or of the path. */
  readonly location?: `/${string}`;
  /** The workspace of a request without the header, from its input, which is not checked yet. */
  readonly workspaceOf?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  /** Answers of a workspace that is gone, too, to whoever may see all of them: what it leaves behind is kept to be read. */
  readonly outlives?: true;
  /** A change that needs the id of a plan, which is its lock. */
  readonly isPlanned?: true;
  /** `document`: a text with a media type of its own. `lines`: a page that may be asked for as NDJSON, for export. */
  readonly answers?: "document" | "lines";
}

/** What stands together in the document, and the schemas that get a name of their own in it. */
export interface Resource {
  readonly tag: string;
  readonly summary: string;
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  readonly routes: readonly Route[];
}

/** The fields of an input by how they travel. */
export interface Travel {
  readonly path: z.ZodRawShape;
  readonly query: z.ZodRawShape;
  readonly body: z.ZodRawShape;
  /** In the path, and not in the input: the workspace to act in. */
  readonly beside: z.ZodRawShape;
}

const travels = new WeakMap<Route, Travel>();

/** How each field of the route's input travels. Throws for a route that names a field which the input does not have. */
export function travelOf(route: Route): Travel {
  const known = travels.get(route);
  if (known !== undefined) return known;
  const shape = shapeOf(route);
  const parameters = parametersOf(route.path);
  const beside = parameters.filter((name) => name === "workspace" && !Object.hasOwn(shape, name));
  const path = required(
    pick(
      route,
      shape,
      parameters.filter((name) => !beside.includes(name)),
    ),
  );
  const inPath = (name: string): boolean => Object.hasOwn(path, name);
  const rest = Object.keys(shape).filter((name) => !inPath(name));
  const query = pick(route, shape, route.method === "get" ? rest : (route.query ?? []));
  const body = pick(
    route,
    shape,
    rest.filter((name) => !Object.hasOwn(query, name)),
  );
  const travel = { path, query, body, beside: beside.length === 0 ? {} : { workspace: Slug } };
  travels.set(route, travel);
  return travel;
}

/** The form in which a body travels, or null for a route that takes none. */
export function bodyFormOf(route: Route): BodyForm | null {
  if (Object.keys(travelOf(route).body).length === 0) return null;
  return route.body ?? jsonBody;
}

/** Whether a caller may name the edition to change. What is being created has none. */
export function takesIfMatch({ does, status }: Route): boolean {
  return does.kind === "action" && status !== 201;
}

/** Whether a caller may be asked to name the edition, where the workspace wants it. */
export function mayNeedIfMatch(route: Route): boolean {
  return takesIfMatch(route) && route.method !== "post" && route.isPlanned !== true;
}

/** Whether a caller may name a key under which it is done once: what PUT, PATCH and DELETE do is the same done twice. */
export function takesIdempotencyKey({ does, method }: Route): boolean {
  return does.kind === "action" && method === "post";
}

/** Names of the parameters in a path such as `/apis/{api}`. */
export function parametersOf(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
}

function shapeOf(route: Route): z.ZodRawShape {
  const { input } = route.does;
  if (input instanceof z.ZodObject) return input.shape;
  throw new Error(`${route.does.name}: a route needs an input that is an object`);
}

/** What stands in a path is always given, whatever the input allows. */
function required(shape: z.ZodRawShape): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, field instanceof z.ZodOptional ? field.unwrap() : field]),
  );
}

function pick(route: Route, shape: z.ZodRawShape, names: readonly string[]): z.ZodRawShape {
  return Object.fromEntries(
    names.map((name) => {
      const field = shape[name];
      if (field === undefined) throw new Error(`${route.does.name} has no field ${name} for ${route.path}`);
      return [name, field];
    }),
  );
}
