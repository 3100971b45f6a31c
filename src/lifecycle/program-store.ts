import type { Context } from "../actions/context.ts";
import { keptContents, storeContents } from "../catalog/index.ts";
import { chunks } from "../model/chunks.ts";
import { contentHash, type Program } from "../model/program.ts";

/**
 * Stores a program in KV and then in D1, unless it is there already, and answers its hash. D1 comes last: what D1 has, KV
 * has, too. A decision may call this, as a program that nothing points to is harmless.
 */
export async function storeProgram(ctx: Context, program: Program): Promise<string> {
  const [hash = ""] = await storePrograms(ctx, [program]);
  return hash;
}

/** Programs that are stored together. An attempt that does not come to its end has stored the groups before. */
const groupMax = 100;

/** Stores many, likewise, and answers their hashes. D1 is asked once for all and written once for a group. */
export async function storePrograms(ctx: Context, programs: readonly Program[]): Promise<string[]> {
  const all = await Promise.all(programs.map(named));
  const hashes = all.map(({ hash }) => hash);
  const kept = await keptContents(ctx, hashes);
  const missing = [...new Map(all.filter(({ hash }) => !kept.has(hash)).map((one) => [one.hash, one])).values()];
  for (const group of chunks(missing, groupMax)) {
    await Promise.all(group.map(({ hash, program }) => ctx.edge.putProgram(hash, program)));
    await storeContents(
      ctx,
      group.map(({ hash, text }) => ({ id: hash, kind: "program", mediaType: "application/json", text })),
    );
  }
  return hashes;
}

async function named(program: Program): Promise<{ program: Program; text: string; hash: string }> {
  const text = JSON.stringify(program);
  return { program, text, hash: await contentHash(text) };
}
