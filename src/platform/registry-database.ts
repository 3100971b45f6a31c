/**
 * @module The registry's edge form as D1 holds it: the gateway's last resort, behind KV. One or two round trips a look-up.
 */
import { asc, eq } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type * as z from "zod";
import { contentParts } from "../../schema/contents.ts";
import { slots } from "../../schema/distribution.ts";
import { readRecord } from "../../schema/records.ts";
import { unpackText } from "../model/packed-text.ts";
import { Bucket, Program } from "../model/program.ts";
import type { RegistryDatabase } from "./registry-source.ts";

export function registryDatabase(db: DrizzleD1Database): RegistryDatabase {
  return {
    async bucket(hash) {
      const [row] = await db.select({ body: slots.body }).from(slots).where(eq(slots.hash, hash)).limit(1);
      return row === undefined ? null : parsed(row.body, Bucket);
    },
    async program(hash) {
      const [slot, parts] = await db.batch([
        db.select({ body: slots.body }).from(slots).where(eq(slots.hash, hash)).limit(1),
        db
          .select({ workspace: contentParts.workspace, body: contentParts.body })
          .from(contentParts)
          .where(eq(contentParts.content, hash))
          .orderBy(asc(contentParts.workspace), asc(contentParts.part)),
      ]);
      if (slot[0] !== undefined) return parsed(slot[0].body, Program);
      // A hash is a program's own whoever stored it: one workspace's parts are enough.
      const own = parts.filter(({ workspace }) => workspace === parts[0]?.workspace);
      return own.length === 0 ? null : parsed(await unpackText(own.map(({ body }) => body).join("")), Program);
    },
    record: (kind, id) => readRecord(db, kind, id),
  };
}

/** What this build cannot read counts as not there. */
function parsed<Schema extends z.ZodType>(json: string | null, schema: Schema): z.output<Schema> | null {
  if (json === null) return null;
  const result = schema.safeParse(JSON.parse(json));
  return result.success ? result.data : null;
}
