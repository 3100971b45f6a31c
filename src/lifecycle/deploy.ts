import { and, desc, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { changes } from "../../schema/actions.ts";
import { deployments, revisions, versions } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { Finding, Version, versionOf, type ApiRow, type EnvironmentRow, type VersionRow } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import type { RevisionContent } from "../model/revision.ts";
import { compileVersion, refusedState, revisionInvalid } from "./compile-version.ts";
import { storeProgram } from "./program-store.ts";

/** What publishing, promoting and rolling back answer. */
export const Publication = z.object({
  version: Version,
  environment: z.string().describe("Id of the environment."),
  revision: z.string().describe("Address of the content that is served now."),
  number: z.int().describe("Number of that revision, counted from 1 for the version."),
  program: z.string().describe("Hash of the program that the gateway runs."),
  findings: z.array(Finding).describe("Warnings: what was published may not be what was meant."),
});
export type Publication = z.output<typeof Publication>;

interface Deployment {
  readonly api: ApiRow;
  readonly version: VersionRow;
  readonly environment: EnvironmentRow;
  /** Address of the content. */
  readonly revision: string;
  readonly content: RevisionContent;
}

/**
 * Decides that a version points to a revision in an environment. Compiles it first, whatever it was before: what cannot be
 * served today is not pointed to. Nothing changes if it points there already.
 */
export async function deploy(ctx: Context, deployment: Deployment): Promise<Decision<Publication>> {
  const { api, version, environment, revision, content } = deployment;
  const refused = refusedState(version);
  if (refused !== null) throw new Problem("state-conflict", { detail: refused });
  const { program, findings } = await compileVersion(ctx, {
    api,
    version,
    revision,
    content,
    environment: environment.id,
  });
  if (program === null) throw revisionInvalid(findings);
  const hash = await storeProgram(ctx, program);
  const { number, known } = await numberOf(ctx, version, revision);
  const [current] = await ctx.db.select().from(deployments).where(at(version, environment));
  const target = { kind: "version", id: version.id, edition: version.edition };
  const answer = { environment: environment.id, revision, number, program: hash, findings: [...findings] };
  if (current?.revision === revision && current.program === hash && current.canary === null) {
    return { unchanged: true, target, output: { version: versionOf(version), ...answer } };
  }
  const now = ctx.now();
  const next: VersionRow = {
    ...version,
    state: version.state === "draft" ? "published" : version.state,
    edition: version.edition + 1,
    updatedAt: now,
  };
  const pointer = { workspace: ctx.workspace, version: version.id, environment: environment.id };
  // The change's own number: its row stands before this one in the batch.
  const sequence = sql<number>`(select max(${changes.sequence}) from ${changes})`;
  // What a rollback brings back: compiling the same revision anew is nothing that it would undo.
  const previous = current?.revision === revision ? current.previous : (current?.revision ?? null);
  // Whatever is published there ends a canary beside it.
  const row = { ...pointer, revision, previous, program: hash, canary: null, sequence, publishedAt: now };
  return {
    target,
    before: { ...versionOf(version), environment: environment.slug, revision: current?.revision ?? null },
    after: { ...versionOf(next), environment: environment.slug, revision, number },
    output: { version: versionOf(next), ...answer },
    statements: [
      ...(known
        ? []
        : [
            ctx.db
              .insert(revisions)
              .values({ workspace: ctx.workspace, version: version.id, id: revision, number, createdAt: now }),
          ]),
      ctx.db
        .insert(deployments)
        .values(row)
        .onConflictDoUpdate({ target: [deployments.version, deployments.environment], set: row }),
      ctx.db.update(versions).set(next).where(eq(versions.id, version.id)),
    ],
    effects: [distribute({ apis: [api.id] })],
  };
}

/** The deployment of a version in an environment. */
export function at(version: { readonly id: string }, environment: { readonly id: string }) {
  return and(eq(deployments.version, version.id), eq(deployments.environment, environment.id));
}

/** A content that was a revision before keeps its number. */
async function numberOf(ctx: Context, version: VersionRow, revision: string) {
  const [latest] = await ctx.db
    .select({ number: revisions.number, id: revisions.id })
    .from(revisions)
    .where(eq(revisions.version, version.id))
    .orderBy(sql`${revisions.id} = ${revision} desc`, desc(revisions.number))
    .limit(1);
  if (latest?.id === revision) return { number: latest.number, known: true };
  return { number: (latest?.number ?? 0) + 1, known: false };
}
