/**
 * @module The OpenAPI 3.1 document of this API, made of the routes themselves: what it says is what is checked.
 */
import type { Context, Handler } from "hono";
import type * as z from "zod";
import { createDocument, type ZodOpenApiOverride, type ZodOpenApiPathsObject } from "zod-openapi";
import { contentHash } from "../model/program.ts";
import { answerSchema } from "./links.ts";
import { adminToken, describeRoute } from "./describe-route.ts";
import { ProblemBody } from "./problem-responses.ts";
import { basePath, type Resource } from "./route.ts";

type OpenApiDocument = ReturnType<typeof createDocument>;

const title = "Gatehouse management API";
const description = `How APIs, consumers and the platform itself are managed.

Send an admin token as \`Authorization: Bearer <token>\`. The header \`Gatehouse-Workspace\` chooses the workspace. Whatever goes
wrong is a problem (RFC 9457) with a \`code\` for programs. A resource's \`ETag\` is its edition: send it back as \`If-Match\` to
change only what you saw. Lists come in pages: send \`cursor\` back for the next.`;

/** All routes described. Building it takes tens of milliseconds: do it once an isolate, on demand. */
export function describeApi(resources: readonly Resource[]): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = { "/openapi.json": { get: describeSelf() } };
  for (const { tag, routes } of resources) {
    for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route, tag) };
  }
  return createDocument(
    {
      openapi: "3.1.1",
      info: { title, version: "1.0.0", description, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      servers: [{ url: basePath }],
      tags: [...resources.map(({ tag, summary }) => ({ name: tag, description: summary })), describeTag],
      security: [{ [adminToken]: [] }],
      paths,
      components: {
        schemas: namedSchemas(resources),
        securitySchemes: {
          [adminToken]: { type: "http", scheme: "bearer", description: "An admin token with the scopes named." },
        },
      },
    },
    { override: tidy },
  );
}

/** As they are answered: with their links. */
function namedSchemas(resources: readonly Resource[]): Record<string, z.ZodType> {
  const named = resources.flatMap(({ schemas }) => Object.entries(schemas));
  return Object.fromEntries(named.map(([name, schema]) => [name, answerSchema(schema)]));
}

/** Answers the document, made on the first request, without authentication: it holds nothing but what the code says. */
export function servedDocument(resources: readonly Resource[]): Handler {
  let made: Promise<{ readonly text: string; readonly etag: string }> | undefined;
  return async (c: Context) => {
    const { text, etag } = await (made ??= make(resources));
    const headers = { ETag: etag, "Cache-Control": "public, max-age=300" };
    if (isKnown(c.req.header("If-None-Match"), etag)) return new Response(null, { status: 304, headers });
    return new Response(text, { headers: { ...headers, "Content-Type": "application/json" } });
  };
}

async function make(resources: readonly Resource[]) {
  const text = JSON.stringify(describeApi(resources));
  return { text, etag: `"${await contentHash(text)}"` };
}

/** RFC 9110 §13.1.2: weak comparison with each tag of the list. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

const describeTag = { name: "Description", description: "This document." };

function describeSelf() {
  return {
    operationId: "getDescription",
    summary: "Answers this document.",
    tags: [describeTag.name],
    security: [],
    responses: {
      "200": { description: "The document.", content: { "application/json": { schema: { type: "object" as const } } } },
      "304": { description: "It is what you have already." },
      default: {
        description: "A problem.",
        content: { "application/problem+json": { schema: ProblemBody } },
      },
    },
  };
}

/**
 * What zod writes and no reader needs: the bounds of safe integers. And answers may gain fields within a major, so no
 * output forbids what it does not name.
 */
const tidy: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};
