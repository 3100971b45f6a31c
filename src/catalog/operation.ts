/** @module Operations of a version's draft, one by one: what a document or the operator says of each, and its own policies. */
import { eq } from "drizzle-orm";
import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { inputInvalid } from "../actions/input.ts";
import { revise } from "../actions/revise.ts";
import { notFound, type Reader } from "../actions/rows.ts";
import { ownField } from "../model/own-field.ts";
import { parseTemplate, templateShape } from "../model/path-template.ts";
import { PolicyList } from "../model/policy-entry.ts";
import { Problem, type Finding } from "../model/problem.ts";
import { Operation, type RevisionContent } from "../model/revision.ts";
import type { ApiRow } from "./api.ts";
import { readRevisionContent, storeRevisionContent } from "./draft.ts";
import { findVersion, versionRef, type VersionRow } from "./version.ts";

const { id, method, path, summary, tags, deprecated } = Operation.shape;

/** What an operator says about an operation that no document describes. */
export const operationFields = {
  method: method.describe("Method of its calls, in capitals."),
  path: path.describe("Path template below the version's base, such as /books/{isbn}."),
  summary: summary.unwrap().max(1_000).describe("One line for those who read the reference."),
  tags: tags.unwrap().max(50).describe("What it is listed under."),
  deprecated: deprecated.unwrap().describe("Whether its callers should move on."),
};

export const operationPolicies = PolicyList.describe("What happens to its calls besides the version's own policies.");

/** Names an operation of a draft. */
export const operationRef = { ...versionRef, operation: id.describe("Id of the operation.") };

export const DraftOperation = z.object({
  operation: id.describe("Its id, unique in the version; usage, policies and refusals speak of it."),
  api: z.string().describe("Id of the API."),
  version: z.string().describe("Id of the version."),
  edition: z.int().describe("That of the version: a draft changes as one."),
  ...operationFields,
  isDocumented: z.boolean().describe("Whether it comes from the version's document, which says all but its policies."),
  policies: operationPolicies,
});
export type DraftOperation = z.output<typeof DraftOperation>;

export interface Draft {
  readonly api: ApiRow;
  readonly version: VersionRow;
  readonly content: RevisionContent;
}

/** The version with the content that is being worked on. Throws `resource-not-found`. */
export async function findDraft(ctx: Reader, ref: { readonly api: string; readonly version: string }): Promise<Draft> {
  const found = await findVersion(ctx, ref);
  return { ...found, content: await readRevisionContent(ctx, found.version.draft) };
}

export function operationOf({ api, version, content }: Draft, { id: operation, ...said }: Operation): DraftOperation {
  return {
    operation,
    api: api.id,
    version: version.id,
    edition: version.edition,
    ...said,
    isDocumented: content.document !== null,
    policies: ownField(content.operationPolicies, operation) ?? [],
  };
}

/** Throws `resource-not-found`. */
export function findOperation({ version, content }: Draft, named: string): Operation {
  const found = content.operations.find((one) => one.id === named);
  if (found === undefined) throw notFound(`operation of ${version.name}`, named);
  return found;
}

/** Throws `state-conflict` where a document says what operations there are. */
export function refuseDocumented({ version, content }: Draft): void {
  if (content.document === null) return;
  throw new Problem("state-conflict", {
    detail: `The operations of ${version.name} come from its document. Import one that says it otherwise; only their policies are set here.`,
  });
}

/** Throws `input-invalid` for an operation that could not be served beside the others. */
export function refuseUnroutable(operation: Operation, others: readonly Operation[]): void {
  const parsed = parseTemplate(operation.path);
  const error = (pointer: string, message: string): Finding => ({ pointer, message, severity: "error" });
  if ("reason" in parsed) throw inputInvalid([error("/path", parsed.reason)]);
  const shape = templateShape(parsed.segments);
  const twin = others.find((other) => {
    const its = parseTemplate(other.path);
    return other.method === operation.method && !("reason" in its) && templateShape(its.segments) === shape;
  });
  const findings = [
    ...(others.some((other) => other.id === operation.id)
      ? [error("/operation", `There is an operation ${operation.id} already. Choose another id, or change that one.`)]
      : []),
    ...(twin === undefined
      ? []
      : [error("/path", `${twin.method} ${twin.path} of “${twin.id}” matches the same calls. Change one of them.`)]),
  ];
  if (findings.length > 0) throw inputInvalid(findings);
}

/** The policies of all operations with those of one replaced; none leaves nothing of it. */
export function withPolicies(
  { operationPolicies: all }: RevisionContent,
  operation: string,
  policies: PolicyList,
): RevisionContent["operationPolicies"] {
  const rest = Object.entries(all).filter(([name]) => name !== operation);
  return Object.fromEntries(policies.length === 0 ? rest : [...rest, [operation, policies]]);
}

/** Decides that the draft has this content. What is served changes when it is published. */
export async function editOperations<Output>(
  ctx: Context,
  draft: Draft,
  content: RevisionContent,
  shown: {
    readonly before: unknown;
    readonly after: (edited: Draft) => unknown;
    readonly output: (edited: Draft) => Output;
  },
): Promise<Decision<Output>> {
  const { version } = draft;
  const target = { kind: "version", id: version.id, edition: version.edition };
  const next = revise(version, { draft: await storeRevisionContent(ctx, content) }, ctx.now());
  if (next === null) return { unchanged: true, target, output: shown.output(draft) };
  const edited = { ...draft, version: next, content };
  return {
    target,
    before: shown.before,
    after: shown.after(edited),
    output: shown.output(edited),
    statements: [ctx.db.update(versions).set(next).where(eq(versions.id, version.id))],
  };
}
