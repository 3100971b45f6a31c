/** @module Fields that inputs and outputs of many actions share, so that one thing has one form everywhere. */
import * as z from "zod";
import { DisplayName, wellFormed } from "../model/display-name.ts";

/** Short names in addresses and files. */
export const Slug = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/,
    "Use 1 to 60 lower-case letters, digits and hyphens, such as bookshop.",
  )
  .describe("Short name, unique in its kind; stands in addresses and files.");

/** Names something by id (`api_01J…`) or slug. Ids hold an underscore, slugs never do. */
export const Ref = z.string().min(1).max(130).describe("Id or slug.");

export const Name = DisplayName.describe("Name for people.");
export const Description = wellFormed.max(4_000).describe("What it is for, in plain text or Markdown.");

/** A moment that a caller names: up to the year 9999, after which dates in headers have no form (RFC 9110 §5.6.7). */
export const Time = z
  .int({ error: "Write a time in ms since 1970, such as 1764115200000." })
  .min(0)
  .max(253_402_300_799_999);

/** Fields of every stored resource, in outputs. */
export const stamped = {
  id: z.string().describe("Id, made by the platform."),
  edition: z.int().describe("Counts the changes of this resource; send it back to change only what you saw."),
  createdAt: z.int().describe("When it was created, in ms since 1970."),
  updatedAt: z.int().describe("When it was last changed, in ms since 1970."),
};

/** A page of items; `cursor` asks for the next and is null on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    cursor: z.string().nullable().describe("Send it back for the next page; null: there is none."),
  });
}
