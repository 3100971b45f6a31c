/**
 * @module The registry's edge form as the gateway reads it: KV, and the database for what KV cannot know yet.
 *
 * KV may be a minute behind and remembers what was not there. So a record below its floor, and anything that is missing
 * though it must exist, is asked of the database.
 */
import type * as z from "zod";
import type { RegistrySource } from "../gateway/ports.ts";
import { Bucket, bucketKey, Program, programKey, Root, rootKey } from "../model/program.ts";
import { recordKey, recordSchemas, type RecordKind, type RecordTypes } from "../model/records.ts";

/** The same things in the database. Null: not there. */
export interface RegistryDatabase {
  bucket(hash: string): Promise<Bucket | null>;
  program(hash: string): Promise<Program | null>;
  record<Kind extends RecordKind>(kind: Kind, id: string): Promise<RecordTypes[Kind] | null>;
}

export function registrySource(kv: KVNamespace, database: RegistryDatabase): RegistrySource {
  /** What KV does not hand out, or this build cannot read, counts as not there: the database may have it. */
  async function read<Schema extends z.ZodType>(key: string, schema: Schema): Promise<z.output<Schema> | null> {
    const parsed = schema.safeParse(await kv.get(key, "json").catch(() => null));
    return parsed.success ? parsed.data : null;
  }

  return {
    root: () => read(rootKey, Root),
    bucket: async (hash) => (await read(bucketKey(hash), Bucket)) ?? database.bucket(hash),
    program: async (hash) => (await read(programKey(hash), Program)) ?? database.program(hash),
    async record(kind, id, floor, mayAskDatabase) {
      const schema: z.ZodType<RecordTypes[typeof kind]> = recordSchemas[kind] as never;
      const stored = await read(recordKey(kind, id), schema);
      if (stored !== null && stored.sequence >= floor) return stored;
      await mayAskDatabase();
      return database.record(kind, id);
    },
  };
}
