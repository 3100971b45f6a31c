/** @module A route in the words of OpenAPI 3.1, from the schemas that its requests are checked with. */
import * as z from "zod";
import type { ZodOpenApiOperationObject, ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from "zod-openapi";
import { linesType } from "./answer.ts";
import type { BodyForm } from "./body-form.ts";
import { answerSchema } from "./links.ts";
import { idempotencyHeader } from "./preconditions.ts";
import { problemResponses } from "./problem-responses.ts";
import { requestIdHeader } from "./request-id.ts";
import { bodyFormOf, takesIdempotencyKey, takesIfMatch, travelOf, type Route } from "./route.ts";
import { workspaceHeader } from "./workspace.ts";

/** Name of the security scheme: every operation but the document itself needs it. */
export const adminToken = "adminToken";

const Workspace = z
  .string()
  .optional()
  .describe("Workspace to act in. Left out: the token's own, or `default` for a token of every workspace.")
  .meta({ param: { id: workspaceHeader } });

const IfMatch = z
  .string()
  .optional()
  .describe("ETag that you saw: the change is made only if nobody else changed the resource since.")
  .meta({ param: { id: "If-Match" } });

const IdempotencyKey = z
  .string()
  .optional()
  .describe(
    "A key of your own for this one change, such as a UUID: asked for again within a day, it is not made twice, and answers the same.",
  )
  .meta({ param: { id: idempotencyHeader } });

const Replayed = z
  .string()
  .optional()
  .describe("true: the change had been made before under the same Idempotency-Key.")
  .meta({ header: { id: "Idempotent-Replayed" } });

export const RequestId = z
  .string()
  .describe("Id of this request.")
  .meta({ header: { id: requestIdHeader } });

export function describeRoute(route: Route, tag: string): ZodOpenApiOperationObject {
  const { does } = route;
  const { path, query, body, beside } = travelOf(route);
  const form = bodyFormOf(route);
  const header = {
    ...(does.realm === "platform" || "workspace" in beside ? {} : { [workspaceHeader]: Workspace }),
    ...(takesIfMatch(route) ? { "If-Match": IfMatch } : {}),
    ...(takesIdempotencyKey(route) ? { [idempotencyHeader]: IdempotencyKey } : {}),
  };
  return {
    operationId: operationId(route.name ?? does.name),
    summary: does.summary,
    description: `Needs the scope \`${does.scope}\`${does.realm === "platform" ? " and a token of every workspace" : ""}.`,
    tags: [tag],
    security: [{ [adminToken]: [does.scope] }],
    requestParams: { path: z.object({ ...path, ...beside }), query: z.object(query), header: z.object(header) },
    ...(form === null ? {} : { requestBody: describeBody(form, body) }),
    responses: { [`${route.status ?? 200}` as "200"]: describeOutput(route), ...problemResponses(route) },
  };
}

/** `publish-version` → `publishVersion`. */
function operationId(name: string): string {
  return name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function describeBody(form: BodyForm, body: z.ZodRawShape): ZodOpenApiRequestBodyObject {
  const fields = z.strictObject(body);
  const schema = form.isText ? { type: "string" as const, description: "The document itself." } : fields;
  const content = Object.fromEntries(form.mediaTypes.map((mediaType) => [mediaType, { schema }]));
  return {
    required: form.isText || !fields.safeParse({}).success,
    content: form.readParts === undefined ? content : { ...content, "multipart/form-data": { schema: filesSchema } },
  };
}

const filesSchema = {
  type: "object" as const,
  description: "Files by their paths, and root: the path of the one that begins.",
  additionalProperties: { type: "string" as const },
};

function contentOf({ answers }: Route, output: z.ZodType): NonNullable<ZodOpenApiResponseObject["content"]> {
  const text = { schema: { type: "string" as const } };
  if (answers === "document") return { "application/json": text, "application/yaml": text };
  const page = { "application/json": { schema: output } };
  return answers === "lines" ? { ...page, [linesType]: text } : page;
}

function describeOutput(route: Route): ZodOpenApiResponseObject {
  const { output, summary } = route.does;
  const headers: Record<string, z.ZodType> = { [requestIdHeader]: RequestId };
  if (output instanceof z.ZodObject && "edition" in output.shape) {
    headers["ETag"] = z.string().describe("Edition of the resource, for If-Match.");
  }
  if (takesIdempotencyKey(route)) headers["Idempotent-Replayed"] = Replayed;
  if (route.location !== undefined) headers["Location"] = z.string().describe("Where it stands from now on.");
  if (route.answers === "lines") {
    headers["Link"] = z.string().optional().describe("With NDJSON: where the next page is, if there is one.");
  }
  const described = { description: summary, headers: z.object(headers) };
  return route.status === 204 ? described : { ...described, content: contentOf(route, answerSchema(output)) };
}
