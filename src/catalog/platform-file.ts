/**
 * @module `gatehouse.yaml`: a whole workspace as one reviewable document. This schema is the file's only description: the
 * command line, the management API and the editors' JSON Schema (`gatehouse schema`) are made of it.
 *
 * Pure: no I/O and no area beside it, so that the command line can load it. Everything goes by slugs that the author
 * chose; ids, keys and secrets are never in the file.
 */
import * as z from "zod";
import { Host, Prefix, VersionName } from "../model/address.ts";
import { brownoutsMax, GuideUrl, RetireReason } from "../model/deprecation.ts";
import { DisplayName } from "../model/display-name.ts";
import { PlanLimits } from "../model/limit.ts";
import { PolicyList } from "../model/policy-entry.ts";
import { Style, VersionFallback, VersionSelector, VersionState } from "../model/program.ts";
import { isOperationId, type Operation } from "../model/revision.ts";
import { Target, UpstreamSettings } from "../model/upstream.ts";

/** The form of the file that this build reads and writes. */
export const platformFileFormat = 1;

const Slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/,
    "Use 1 to 60 lower-case letters, digits and hyphens, such as book-orders.",
  );
const description = z.string().max(4_000).default("").describe("What it is for, in plain text or Markdown.");

const Environment = z.strictObject({
  name: DisplayName.optional().describe("Name for people; the short name if left out."),
  hosts: z.array(Host).max(64).default([]).describe("Hosts at which this environment's APIs answer, without port."),
});

const Upstream = z.strictObject({
  ...UpstreamSettings.shape,
  targets: z
    .record(Slug, z.array(Target).min(1).max(32))
    .describe("Where calls go, by environment: a list of addresses for each."),
});

const Call = z.string().regex(/^[A-Z]+ \/\S*$/, "Write method and path, such as GET /books/{isbn}.");

/** `GET /books/{isbn}`, by operation id; or with what is to be said of it. */
const InlineOperation = z.union([
  Call,
  z.strictObject({
    call: Call.describe("Method and path, such as GET /books/{isbn}."),
    summary: z.string().max(1_000).optional().describe("One line for those who read the reference."),
    tags: z.array(z.string()).max(50).optional().describe("What it is listed under."),
    deprecated: z.boolean().optional().describe("Whether its callers should move on."),
  }),
]);
type InlineOperation = z.output<typeof InlineOperation>;

const Operations = z
  .record(
    z.string().min(1).max(200).refine(isOperationId, "An operation cannot have this name. Give it another one."),
    InlineOperation,
  )
  .describe("Operations of an API that has no document: a method and a path for each name.");

/** A day, or a time of it with its zone; ms since 1970. A day begins in UTC. */
const Day = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: "Write a date such as 2027-03-01, or a time such as 2027-03-01T12:00:00Z.",
  })
  .transform((text) => Date.parse(text));

const Version = z.strictObject({
  state: VersionState.describe("draft, published, deprecated or retired."),
  document: z
    .string()
    .min(1)
    .optional()
    .describe(
      "OpenAPI 3.0 to 3.2 or Swagger 2.0 document, as a path relative to this file. Either this or operations.",
    ),
  operations: Operations.optional(),
  upstream: Slug.describe("Name of the upstream that answers."),
  environments: z
    .array(Slug)
    .min(1)
    .optional()
    .describe("Environments it is served in; all of the file's if left out."),
  successor: VersionName.optional().describe("Version that follows this one, named to those who call it too late."),
  deprecatedAt: Day.optional().describe("Since when it is deprecated; the day it became so if left out."),
  sunsetAt: Day.optional().describe("When a deprecated version will stop answering, as its callers are told."),
  guideUrl: GuideUrl.optional().describe("Page that tells callers of a deprecated version how to move on."),
  brownouts: z
    .array(z.strictObject({ from: Day.describe("Its begin."), to: Day.describe("Its end.") }))
    .max(brownoutsMax)
    .optional()
    .describe("Times, of at most a day each, in which a deprecated version refuses its calls with 503."),
  reason: RetireReason.optional().describe("Why it is retired although applications still call it."),
  policies: PolicyList.default([]).describe("What happens to every call, in this order."),
  operationPolicies: z
    .record(z.string().min(1), PolicyList)
    .default({})
    .describe("What happens besides to calls of single operations, by operation id."),
});

const PolicySet = z.strictObject({
  name: DisplayName.optional().describe("Name for people; the short name if left out."),
  description,
  policies: PolicyList.describe("What stands wherever a list names the set, in this order."),
});

const Api = z.strictObject({
  name: DisplayName.describe("Name that consumers read."),
  description,
  visibility: z.enum(["public", "private"]).default("public").describe("Whether the portal shows it to everybody."),
  style: Style.default("rest").describe("How the API is called."),
  prefix: Prefix,
  selector: VersionSelector.prefault({ in: "path" }).describe("Where a call says which version it wants."),
  defaultVersion: VersionName.optional().describe("Version that answers where a call names none."),
  fallback: VersionFallback.default("refuse").describe(
    "What a call gets that names a version which is not there: 404, or what the default version answers.",
  ),
  versions: z.record(VersionName, Version).default({}).describe("Contracts of the API, by name."),
});

const Plan = z.strictObject({
  name: DisplayName.describe("Name that consumers read."),
  description,
  approval: z
    .enum(["automatic", "manual"])
    .default("automatic")
    .describe("manual: a subscription that is not in this file waits until somebody approves it."),
  ...PlanLimits.shape,
});

const Product = z.strictObject({
  name: DisplayName.describe("Name that consumers read."),
  description,
  apis: z.array(Slug).describe("APIs that a subscription opens."),
  plans: z.record(Slug, Plan).default({}).describe("Limits under which an application may subscribe."),
});

const Application = z.strictObject({
  name: DisplayName.describe("Name of the program that calls."),
  subscriptions: z.record(Slug, Slug).default({}).describe("The plan that it has of each product: product: plan."),
});

const Organization = z.strictObject({
  name: DisplayName.describe("Name of the team."),
  applications: z.record(Slug, Application).default({}).describe("Programs of the team that call APIs."),
});

export const PlatformFile = z.strictObject({
  format: z.literal(platformFileFormat).describe("Form of this file. Write 1."),
  workspace: Slug.describe("Workspace that the file describes."),
  name: DisplayName.optional().describe("Name that its portal and console show; stays as it is if left out."),
  environments: z.record(Slug, Environment).default({}).describe("Where versions run, by name."),
  upstreams: z.record(Slug, Upstream).default({}).describe("Where calls go, by name."),
  policies: PolicyList.default([]).describe(
    "What happens to every call in the workspace, before a version's own policies.",
  ),
  policySets: z
    .record(Slug, PolicySet)
    .default({})
    .describe("Policies that this list and those of versions name, by entries of type policy-set."),
  apis: z.record(Slug, Api).default({}).describe("APIs offered, by name."),
  products: z
    .record(Slug, Product)
    .default({})
    .describe("Bundles of APIs, with the plans under which they are called."),
  organizations: z.record(Slug, Organization).default({}).describe("Who consumes. Keys are never in the file."),
});
export type PlatformFile = z.output<typeof PlatformFile>;
/** The file as one writes it: what is as by default may be left out, times are texts. */
export type PlatformFileInput = z.input<typeof PlatformFile>;
export type PlatformFileVersion = z.output<typeof Version>;

/** A document that a version names, as it stands beside the file. */
export const PlatformDocument = z.strictObject({ text: z.string(), mediaType: z.string() });
export type PlatformDocument = z.output<typeof PlatformDocument>;

/** Operations that stand in the file itself, in their order. */
export function inlineOperations(operations: Readonly<Record<string, InlineOperation>>): Operation[] {
  return Object.entries(operations).map(([id, said]) => {
    const { call, summary = "", tags = [], deprecated = false } = typeof said === "string" ? { call: said } : said;
    const space = call.indexOf(" ");
    return { id, method: call.slice(0, space), path: call.slice(space + 1), summary, tags, deprecated };
  });
}

/** An operation as the file says it, in the fewest words. */
export function inlineOperation({ method, path, summary, tags, deprecated }: Operation): InlineOperation {
  const call = `${method} ${path}`;
  if (summary === "" && tags.length === 0 && !deprecated) return call;
  return {
    call,
    ...(summary === "" ? {} : { summary }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(deprecated ? { deprecated } : {}),
  };
}
