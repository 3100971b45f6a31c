/** @module The way back from a workspace to gatehouse.yaml: what a file can say, in the file's words, and a note about the rest. */
import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { contents } from "../../schema/contents.ts";
import { defineQuery } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { isAmong } from "../actions/rows.ts";
import { allows } from "../actions/scope.ts";
import { platformFileFormat, readRevisionContents, type PlatformFileInput } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { consumerNotes, dumpConsumers, dumpProducts, dumpSurroundings, sorted } from "./dump-parts.ts";
import { dumpVersion, type DumpedVersion } from "./dump-version.ts";
import { indexState } from "./platform-file-index.ts";
import { readWorkspaceState, type WorkspaceState } from "./platform-file-state.ts";

export const dumpPlatformFile = defineQuery({
  name: "dump-platform-file",
  summary:
    "Answers the workspace as gatehouse.yaml would say it: applying that changes nothing. Keys and secrets are never in it.",
  scope: "catalog:read",
  input: z.strictObject({}),
  output: z.object({
    file: z.record(z.string(), z.unknown()).describe("The file, as JSON."),
    documents: z
      .record(z.string(), z.string())
      .describe("Where the documents are that the file names, by the paths that it gives them."),
    notes: z
      .array(z.object({ resource: z.string(), message: z.string() }))
      .describe("What the workspace has and a file cannot say."),
  }),
  async read(_input, ctx) {
    // What a plan shows, too: so it needs the same.
    if (!allows(ctx.actor.scopes, "consumers:read")) {
      throw new Problem("scope-missing", {
        detail: "A dump needs the scope consumers:read as well. Use a token that has it.",
        members: { scope: "consumers:read" },
      });
    }
    const state = await readWorkspaceState(ctx);
    const versions = await dumpVersions(ctx, state);
    const file: PlatformFileInput = {
      format: platformFileFormat,
      workspace: ctx.workspace,
      name: state.workspace.name,
      ...dumpSurroundings(state),
      apis: sorted(
        state.apis.map((row) => [
          row.slug,
          {
            name: row.name,
            ...(row.description === "" ? {} : { description: row.description }),
            ...(row.visibility === "public" ? {} : { visibility: row.visibility }),
            ...(row.style === "rest" ? {} : { style: row.style }),
            prefix: row.prefix,
            selector: row.selector,
            ...(row.defaultVersion === null ? {} : { defaultVersion: row.defaultVersion }),
            ...(row.fallback === "refuse" ? {} : { fallback: row.fallback }),
            versions: sorted(
              versions.flatMap((one) => (one.api === row.id && one.version !== null ? [[one.name, one.version]] : [])),
            ),
          },
        ]),
      ),
      ...dumpProducts(state),
      ...dumpConsumers(state),
    };
    return {
      file,
      documents: Object.fromEntries(versions.flatMap(({ document }) => (document === null ? [] : [document]))),
      notes: [...versions.flatMap(({ notes }) => notes), ...consumerNotes(state)],
    };
  },
});

async function dumpVersions(ctx: Context, state: WorkspaceState): Promise<DumpedVersion[]> {
  const known = indexState(state);
  const ids = state.versions.flatMap(({ id, draft }) => [draft, ...known.deploymentsOf(id).map((one) => one.revision)]);
  const read = await readRevisionContents(ctx, [...new Set(ids)]);
  const documents = [...read.values()].flatMap(({ document }) => document ?? []);
  const kinds = await ctx.db
    .select({ id: contents.id, mediaType: contents.mediaType })
    .from(contents)
    .where(and(eq(contents.workspace, ctx.workspace), isAmong(contents.id, documents)));
  const mediaTypes = new Map(kinds.map(({ id, mediaType }) => [id, mediaType]));
  return state.versions.map((row) => dumpVersion(row, { state, known, contents: read, mediaTypes }));
}
