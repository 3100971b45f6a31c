/**
 * @module Contents: immutable texts by their address. Stored before the batch that points to them: so this is the one thing
 * that a decision may write, since writing it again changes nothing and an abandoned one is harmless.
 */
import { and, asc, eq } from "drizzle-orm";
import { contentParts, contents } from "../../schema/contents.ts";
import { runBatch } from "../actions/commit.ts";
import { notFound, type Reader } from "../actions/rows.ts";
import { packText, unpackText } from "../model/packed-text.ts";

export type ContentKind = (typeof contents.$inferSelect)["kind"];

export interface Content {
  readonly id: string;
  readonly kind: ContentKind;
  readonly mediaType: string;
  readonly text: string;
}

/** Characters of base64 in one row: 2 MB is D1's most. */
const partChars = 1_000_000;

/** SHA-256 in hex. */
export async function contentAddress(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Keeps the text, unless it is kept already. */
export async function storeContent(ctx: Reader & { now(): number }, content: Content): Promise<void> {
  const { workspace } = ctx;
  const known = await ctx.db
    .select({ id: contents.id })
    .from(contents)
    .where(and(eq(contents.workspace, workspace), eq(contents.id, content.id)));
  if (known.length > 0) return;
  const packed = await packText(content.text);
  const parts = Array.from({ length: Math.ceil(packed.length / partChars) }, (_, part) => ({
    workspace,
    content: content.id,
    part,
    body: packed.slice(part * partChars, (part + 1) * partChars),
  }));
  const { id, kind, mediaType, text } = content;
  const row = { workspace, id, kind, mediaType, length: text.length, parts: parts.length, createdAt: ctx.now() };
  await runBatch(ctx, [
    ...parts.map((part) => ctx.db.insert(contentParts).values(part).onConflictDoNothing()),
    ctx.db.insert(contents).values(row).onConflictDoNothing(),
  ]);
}

/** The text at that address in the Context's workspace. Throws `resource-not-found`. */
export async function readContent(ctx: Reader, id: string): Promise<Content> {
  const own = and(eq(contents.workspace, ctx.workspace), eq(contents.id, id));
  const [row] = await ctx.db.select().from(contents).where(own);
  if (row === undefined) throw notFound("content", id);
  const parts = await ctx.db
    .select({ body: contentParts.body })
    .from(contentParts)
    .where(and(eq(contentParts.workspace, ctx.workspace), eq(contentParts.content, id)))
    .orderBy(asc(contentParts.part));
  return {
    id,
    kind: row.kind,
    mediaType: row.mediaType,
    text: await unpackText(parts.map((part) => part.body).join("")),
  };
}
