import { eq } from "drizzle-orm";
import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import { Problem } from "../model/problem.ts";
import { bundlers, documents, mergeFindings } from "../protocols/documents.ts";
import { contentAddress, storeContent } from "./content.ts";
import { readRevisionContent, storeRevisionContent } from "./draft.ts";
import { Finding } from "./finding.ts";
import { findVersion, Version, versionOf, versionRef } from "./version.ts";

const longestChars = 16 * 1024 * 1024;

const Path = z
  .string()
  .max(300)
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\]+$/,
    "Name a file by its path below the folder of all, such as schemas/book.yaml.",
  );

const Input = z
  .strictObject({
    ...versionRef,
    mediaType: z.string().min(1).max(200).optional().describe("application/json or application/yaml."),
    text: z
      .string()
      .min(1)
      .max(longestChars, "The document has more than 16 MiB. Import it with the command line, which reads it itself.")
      .optional()
      .describe("The document."),
    files: z
      .record(Path, z.string().max(longestChars))
      .optional()
      .describe(
        "Several files in its place, by their paths: references between them are followed, none to anywhere else.",
      ),
    root: Path.optional().describe("Which of the files begins; found by its field openapi if left out."),
  })
  .refine(({ text, files }) => (text === undefined) !== (files === undefined), {
    path: ["text"],
    message: "Send the document, or files that make one.",
  });

export const importDocument = defineAction({
  name: "import-document",
  summary:
    "Takes a description of an API, such as an OpenAPI document, as the draft of a version, with its operations.",
  scope: "catalog:write",
  input: Input,
  output: z.object({
    version: Version,
    title: z.string().describe("Title that the document gives the API."),
    operations: z.int().describe("How many operations were taken."),
    servers: z.array(z.string()).describe("Addresses that the document names as servers."),
    findings: z.array(Finding).describe("What was not taken, or taken otherwise than written."),
  }),
  async decide({ mediaType: kind, text: whole, files, root, ...ref }, ctx) {
    const { api, version } = await findVersion(ctx, ref);
    const read = documents[api.style];
    if (read === undefined) {
      throw new Problem("document-invalid", {
        detail: `APIs of style ${api.style} are not described by a document here. List the operations instead.`,
      });
    }
    const bundle = files === undefined ? null : (bundlers[api.style]?.(files, root) ?? null);
    const text = bundle?.text ?? whole ?? "";
    const mediaType = bundle === null ? (kind ?? "") : "application/json";
    const { title, operations, servers, findings: own } = read(text, mediaType);
    const findings = bundle === null ? own : mergeFindings(bundle.findings, own);
    const id = await contentAddress(text);
    await storeContent(ctx, { id, kind: "document", mediaType, text });
    const draft = { ...(await readRevisionContent(ctx, version.draft)), document: id, operations };
    const next = revise(version, { draft: await storeRevisionContent(ctx, draft) }, ctx.now());
    const answer = { title, operations: operations.length, servers, findings };
    const target = { kind: "version", id: version.id, edition: version.edition };
    if (next === null) return { unchanged: true, target, output: { version: versionOf(version), ...answer } };
    return {
      target,
      before: versionOf(version),
      after: { ...versionOf(next), document: id, operations: operations.length },
      output: { version: versionOf(next), ...answer },
      statements: [ctx.db.update(versions).set(next).where(eq(versions.id, version.id))],
    };
  },
});
