import type { HonoRequest } from "hono";
import * as z from "zod";
import { inputInvalid } from "../actions/input.ts";
import { jsonBody } from "./body-form.ts";
import { readBody } from "./read-body.ts";
import { basePath, bodyFormOf, travelOf, type Route } from "./route.ts";
import { toPointer } from "../model/explain-issues.ts";

/** The input of a route's action or query as the request gives it, not checked yet: the action does that. */
export async function readInput(request: HonoRequest, route: Route): Promise<Readonly<Record<string, unknown>>> {
  const { path, query, body } = travelOf(route);
  const form = bodyFormOf(route);
  // Even where nothing is taken a body is read: what it says is refused, not ignored.
  const fields = route.method === "get" ? {} : await readBody(request.raw, form ?? jsonBody);
  const parameters = readQuery(request, query);
  refuseMisplaced(Object.keys(fields), { ...path, ...query });
  refuseMisplaced(Object.keys(parameters), { ...path, ...body });
  return { ...fields, ...parameters, ...readPath(request, path) };
}

function readPath(request: HonoRequest, shape: z.ZodRawShape): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, readParameter(field, [request.param(name) ?? ""])]),
  );
}

/** A field stands in one place: it could contradict itself otherwise. */
function refuseMisplaced(names: readonly string[], elsewhere: z.ZodRawShape): void {
  const misplaced = names.filter((name) => Object.hasOwn(elsewhere, name));
  if (misplaced.length === 0) return;
  throw inputInvalid(
    misplaced.map((name) => ({
      pointer: toPointer([name]),
      message: `This field has another place in the request, see ${basePath}/openapi.json.`,
      severity: "error",
    })),
  );
}

function readQuery(request: HonoRequest, shape: z.ZodRawShape): Record<string, unknown> {
  const entries = Object.entries(request.queries());
  return Object.fromEntries(entries.map(([name, texts]) => [name, readParameter(shape[name], texts)]));
}

/** A parameter in the type of its field. What does not fit stays as it is: the schema has the better words for it. */
function readParameter(field: z.core.$ZodType | undefined, texts: readonly string[]): unknown {
  const type = unwrap(field);
  if (type instanceof z.ZodArray) return texts.map((text) => readScalar(unwrap(type.element), text));
  return texts.length === 1 ? readScalar(type, texts[0] ?? "") : texts;
}

function readScalar(type: z.core.$ZodType | undefined, text: string): unknown {
  if (type instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (type instanceof z.ZodBoolean) return text === "true" ? true : text === "false" ? false : text;
  return text;
}

function unwrap(field: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let type = field;
  while (type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodNullable) {
    type = type.unwrap();
  }
  return type;
}
