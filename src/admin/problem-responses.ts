/** @module How the document describes refusals: one schema, and one named response for each status. */
import * as z from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import { PlacedFinding } from "../catalog/index.ts";
import { problems, type ProblemCode } from "../model/problem.ts";
import { bodyFormOf, mayNeedIfMatch, takesIfMatch, type Route } from "./route.ts";

export const ProblemBody = z
  .looseObject({
    type: z.url().describe("Page that explains this kind of problem."),
    title: z.string().describe("This kind of problem, in a few words."),
    status: z.int().describe("HTTP status."),
    detail: z.string().describe("This very problem: what happened, then what to do."),
    code: z.string().describe("This kind of problem, for programs."),
    instance: z.string().describe("urn:gatehouse:call:<request id>."),
    errors: z.array(PlacedFinding).optional().describe("Every invalid field."),
    dependents: z
      .array(z.object({ kind: z.string(), id: z.string(), name: z.string() }))
      .optional()
      .describe("The first of what still depends on what was to be deleted."),
    dependentCount: z.int().optional().describe("How many depend on it in all."),
    findings: z.array(PlacedFinding).optional().describe("Every place in a document that stands in the way."),
  })
  .describe("What went wrong (RFC 9457).")
  .meta({ id: "Problem" });

interface Refusal {
  readonly name: string;
  readonly codes: readonly ProblemCode[];
  /** Whether a route can be refused so. */
  meets(route: Route): boolean;
}

const always = (): boolean => true;
const isChange = ({ does }: Route): boolean => does.kind === "action";
const hasBody = (route: Route): boolean => bodyFormOf(route) !== null;

const refusals: readonly Refusal[] = [
  { name: "BadRequest", codes: ["input-invalid", "request-malformed"], meets: always },
  { name: "Unauthorized", codes: ["token-missing", "token-invalid"], meets: always },
  { name: "Forbidden", codes: ["scope-missing"], meets: always },
  { name: "NotFound", codes: ["resource-not-found"], meets: always },
  {
    name: "Conflict",
    codes: ["already-exists", "state-conflict", "has-dependents", "version-in-use", "plan-outdated"],
    meets: isChange,
  },
  { name: "PreconditionFailed", codes: ["version-conflict"], meets: takesIfMatch },
  { name: "PreconditionRequired", codes: ["precondition-required"], meets: mayNeedIfMatch },
  { name: "ContentTooLarge", codes: ["body-too-large"], meets: hasBody },
  { name: "UnsupportedMediaType", codes: ["media-type-unsupported"], meets: hasBody },
  {
    name: "UnprocessableContent",
    codes: ["document-invalid", "revision-invalid", "idempotency-key-reused"],
    meets: isChange,
  },
];

const described = refusals.map((refusal) => ({
  ...refusal,
  status: `${problems[refusal.codes[0] ?? "internal-error"].status}` as `4${string}`,
  response: problemResponse(
    refusal.name,
    `${refusal.codes.map((code) => problems[code].title).join(", or ")} (code ${refusal.codes.join(", ")}).`,
  ),
}));

const anyOther = problemResponse("Problem", "Any other problem, such as a failure inside the gateway.");

/** The refusals that a route can meet, by status. */
export function problemResponses(route: Route): Record<`4${string}`, ZodOpenApiResponseObject> & {
  default: ZodOpenApiResponseObject;
} {
  const own = described.filter((refusal) => refusal.meets(route));
  return { ...Object.fromEntries(own.map(({ status, response }) => [status, response])), default: anyOther };
}

function problemResponse(id: string, description: string): ZodOpenApiResponseObject {
  return { id, description, content: { "application/problem+json": { schema: ProblemBody } } };
}
