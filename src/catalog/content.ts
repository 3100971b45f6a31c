/**
 * @module Contents: immutable texts by their address. Stored before the batch that points to them: so this is the one thing
 * that a decision may write, since writing it again changes nothing and an abandoned one is harmless.
 */
import { and, asc, eq, sql } from "drizzle-orm";
import { contentParts, contents } from "../../schema/contents.ts";
import { runBatch } from "../actions/commit.ts";
import { isAmong, notFound, type Reader } from "../actions/rows.ts";
import { chunks } from "../model/chunks.ts";
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

type PartRow = typeof contentParts.$inferInsert;
type ContentRow = typeof contents.$inferInsert;

/** Packed characters after which a batch is written: D1 takes 100 MB, a Worker holds 128 MiB of all that it does. */
const batchChars = 5_000_000;
/** Ids and rows of contents that travel in one statement: D1 binds 2 MB. */
const idsMax = 10_000;
const rowsMax = 2_000;
/** Contents that are read by one query, so that an answer stays far below what a Worker holds. */
const readMax = 50;

/** Keeps the text, unless it is kept already. */
export async function storeContent(ctx: Reader & { now(): number }, content: Content): Promise<void> {
  await storeContents(ctx, [content]);
}

/** Keeps those texts that are not kept yet. What it costs follows from how long they are, not from how many. */
export async function storeContents(ctx: Reader & { now(): number }, all: readonly Content[]): Promise<void> {
  const ids = all.map(({ id }) => id);
  const kept = await keptContents(ctx, ids);
  const missing = new Map(all.filter(({ id }) => !kept.has(id)).map((content) => [content.id, content]));
  let rows: ContentRow[] = [];
  let parts: PartRow[] = [];
  let chars = 0;
  for (const content of missing.values()) {
    const packed = await packContent(ctx, content);
    rows.push(packed.row);
    parts.push(...packed.parts);
    chars += packed.chars;
    if (chars < batchChars) continue;
    await writeContents(ctx, rows, parts);
    [rows, parts, chars] = [[], [], 0];
  }
  await writeContents(ctx, rows, parts);
}

/** Those of the addresses at which something is kept. */
export async function keptContents(ctx: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const some of chunks(ids, idsMax)) {
    const rows = await ctx.db
      .select({ id: contents.id })
      .from(contents)
      .where(and(eq(contents.workspace, ctx.workspace), isAmong(contents.id, some)));
    for (const { id } of rows) kept.add(id);
  }
  return kept;
}

async function packContent(ctx: Reader & { now(): number }, { id, kind, mediaType, text }: Content) {
  const { workspace } = ctx;
  const packed = await packText(text);
  const parts = Array.from({ length: Math.ceil(packed.length / partChars) }, (_, part): PartRow => {
    const body = packed.slice(part * partChars, (part + 1) * partChars);
    return { workspace, content: id, part, body };
  });
  const row = { workspace, id, kind, mediaType, length: text.length, parts: parts.length, createdAt: ctx.now() };
  return { row, parts, chars: packed.length };
}

/** One batch: a content that is kept has all its parts. */
async function writeContents(ctx: Reader, rows: readonly ContentRow[], parts: readonly PartRow[]): Promise<void> {
  await runBatch(ctx, [
    ...inStatements(parts).map((some) =>
      ctx.db
        .insert(contentParts)
        .select(
          sql`select value ->> 'workspace', value ->> 'content', value ->> 'part', value ->> 'body'
            from json_each(${JSON.stringify(some)}) where true`,
        )
        .onConflictDoNothing(),
    ),
    ...chunks(rows, rowsMax).map((some) =>
      ctx.db
        .insert(contents)
        .select(
          sql`select value ->> 'workspace', value ->> 'id', value ->> 'kind', value ->> 'mediaType', value ->> 'length',
            value ->> 'parts', value ->> 'createdAt' from json_each(${JSON.stringify(some)}) where true`,
        )
        .onConflictDoNothing(),
    ),
  ]);
}

/** Parts by statement, as many as fit into one parameter. */
function inStatements(parts: readonly PartRow[]): PartRow[][] {
  const statements: PartRow[][] = [];
  let room = 0;
  for (const part of parts) {
    const last = statements.at(-1);
    // Besides its body, a part as JSON has fewer than 500 characters.
    const size = part.body.length + 500;
    if (last === undefined || size > room) {
      statements.push([part]);
      room = partChars - size;
    } else {
      last.push(part);
      room -= size;
    }
  }
  return statements;
}

/** The texts at those addresses in the Context's workspace. Throws `resource-not-found` if one is not there. */
export async function readTexts(ctx: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const some of chunks([...new Set(ids)], readMax)) {
    const rows = await ctx.db
      .select({ content: contentParts.content, body: contentParts.body })
      .from(contentParts)
      .where(and(eq(contentParts.workspace, ctx.workspace), isAmong(contentParts.content, some)))
      .orderBy(asc(contentParts.content), asc(contentParts.part));
    const parts = Map.groupBy(rows, ({ content }) => content);
    for (const id of some) {
      const own = parts.get(id);
      if (own === undefined) throw notFound("content", id);
      texts.set(id, await unpackText(own.map(({ body }) => body).join("")));
    }
  }
  return texts;
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
