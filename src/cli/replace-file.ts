import { createWriteStream } from "node:fs";
import { realpath, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/**
 * Writes beside the file, and puts it in its place only once it is whole: until then, and where that fails, what was there
 * stays. Keeps the mode of what was there and follows links; a device or pipe is written to as it is.
 */
export async function replaceFile(file: string, content: () => AsyncIterable<string>): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const there = await stat(target).catch(() => null);
  if (there !== null && !there.isFile()) return pipeline(content, createWriteStream(target));
  const beside = `${target}.${process.pid}.part`;
  const mode = there === null ? {} : { mode: there.mode & 0o777 };
  try {
    await pipeline(content, createWriteStream(beside, { flags: "wx", ...mode }));
    await rename(beside, target);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}
