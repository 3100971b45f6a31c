/**
 * @module Holds what is really sent and answered against the OpenAPI document, and nothing else: whoever makes a client of the
 * document must be able to rely on it.
 */
import { Validator, type Schema } from "@cfworker/json-schema";
import { expect } from "vitest";
import { describeApi } from "../../src/admin/openapi.ts";
import type { Resource } from "../../src/admin/route.ts";
import type { Answer } from "./management.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Described extends Content {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>;
}
interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Described>>;
}

export interface Exchange {
  readonly method: string;
  /** With its query, below /manage/v1. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly answer: Answer;
}

/** Checks exchanges against the document of these resources. */
export function documentCheck(resources: readonly Resource[]): (exchange: Exchange) => void {
  const document = JSON.parse(JSON.stringify(describeApi(resources))) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: object;
  };
  const { components } = document;
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      template,
      method,
      operation,
      matches: matcherOf(template),
    })),
  );

  const resolve = <Value extends object>(value: Value | { readonly $ref: string }): Value =>
    "$ref" in value && typeof value.$ref === "string"
      ? (value.$ref
          .slice(2)
          .split("/")
          .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document) as Value)
      : (value as Value);

  const validators = new Map<Schema, Validator>();
  function expectValid(schema: Schema, value: unknown, what: string): void {
    let validator = validators.get(schema);
    if (validator === undefined) {
      validator = new Validator({ ...schema, components }, "2020-12", false);
      validators.set(schema, validator);
    }
    const { valid, errors } = validator.validate(value);
    expect(valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`), what).toEqual([]);
  }

  function checkRequest(operation: Operation, captured: Readonly<Record<string, string>>, exchange: Exchange): void {
    const query = new URLSearchParams(exchange.path.split("?")[1] ?? "");
    const parameters = (operation.parameters ?? []).map((one) => resolve<Parameter>(one));
    const known = parameters.filter((one) => one.in === "query").map(({ name }) => name);
    expect(known, `${exchange.path} sends only what is described`).toEqual(expect.arrayContaining([...query.keys()]));
    for (const { name, in: place, required = false, schema } of parameters) {
      const given =
        place === "path"
          ? [captured[name] ?? ""]
          : place === "query"
            ? query.getAll(name)
            : [exchange.headers.get(name) ?? ""];
      const texts = given.filter((text) => text !== "");
      if (texts.length === 0) expect(required, `${name} of ${exchange.path}`).toBe(false);
      else expectParameter(schema, texts, `${name} of ${exchange.path}`);
    }
    if (exchange.body === undefined) return;
    const [type = ""] = (exchange.headers.get("content-type") ?? "").split(";");
    const { schema } = operation.requestBody?.content?.[type] ?? {};
    expect(schema, `a body of ${type} is described`).toBeDefined();
    if (type === "multipart/form-data") return;
    const isText = (resolve(schema ?? {}) as { type?: string }).type === "string";
    expectValid(schema ?? {}, isText ? exchange.body : JSON.parse(exchange.body), `the body sent to ${exchange.path}`);
  }

  /** A parameter has one of the forms that its texts can be read in. */
  function expectParameter(schema: Schema, texts: readonly string[], what: string): void {
    const [text = ""] = texts;
    const forms: unknown[] = [text, texts, ...(/^-?\d+$/.test(text) ? [Number(text)] : [])];
    if (text === "true" || text === "false") forms.push(text === "true");
    const fits = forms.some((form) => new Validator({ ...schema, components }, "2020-12").validate(form).valid);
    expect(fits, `${what}: ${text}`).toBe(true);
  }

  function checkAnswer(operation: Operation, { path, method, answer }: Exchange): void {
    const described =
      operation.responses[String(answer.status)] ?? (answer.status >= 400 ? operation.responses["default"] : undefined);
    const what = `${answer.status} of ${method} ${path}`;
    expect(described, `${what} is described`).toBeDefined();
    const response = resolve<Described>(described ?? {});
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      if (resolve<{ readonly required?: boolean }>(header).required !== true) continue;
      expect(answer.headers.has(name), `${name} of ${what}`).toBe(true);
    }
    if (answer.text === "") return expect(response.content, what).toBeUndefined();
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const { schema } = response.content?.[type] ?? {};
    expect(schema, `${type} of ${what} is described`).toBeDefined();
    const isText = (schema as { type?: string } | undefined)?.type === "string";
    expectValid(schema ?? {}, isText ? answer.text : answer.json, what);
  }

  return (exchange) => {
    const [pathname = ""] = exchange.path.split("?");
    for (const { method, operation, matches } of operations) {
      const captured = method === exchange.method.toLowerCase() ? matches(pathname) : null;
      if (captured === null) continue;
      checkAnswer(operation, exchange);
      // What was taken must be what the document says may be sent.
      if (exchange.answer.status < 300) checkRequest(operation, captured, exchange);
      return;
    }
  };
}

function matcherOf(template: string): (pathname: string) => Record<string, string> | null {
  const names = Array.from(template.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
  const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
  return (pathname) => {
    const found = pattern.exec(pathname);
    if (found === null) return null;
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
  };
}
