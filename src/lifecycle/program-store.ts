import { and, eq } from "drizzle-orm";
import { contents } from "../../schema/contents.ts";
import type { Context } from "../actions/context.ts";
import { storeContent } from "../catalog/index.ts";
import { contentHash, type Program } from "../model/program.ts";

/**
 * Stores a program in KV and then in D1, unless it is there already, and answers its hash. D1 comes last: what D1 has, KV
 * has, too. A decision may call this, as a program that nothing points to is harmless.
 */
export async function storeProgram(ctx: Context, program: Program): Promise<string> {
  const text = JSON.stringify(program);
  const hash = await contentHash(text);
  const known = await ctx.db
    .select({ id: contents.id })
    .from(contents)
    .where(and(eq(contents.workspace, ctx.workspace), eq(contents.id, hash)));
  if (known.length > 0) return hash;
  await ctx.edge.putProgram(hash, program);
  await storeContent(ctx, { id: hash, kind: "program", mediaType: "application/json", text });
  return hash;
}
