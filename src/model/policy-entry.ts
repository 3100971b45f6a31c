/**
 * @module The stored form of a policy, as it stands in a list: what operators write and revisions keep.
 *
 * `config` stays unparsed here; the catalogue's own schema parses it at compile time (gateway/compile) and when composed.
 */
import * as z from "zod";

/** A condition on the request. All conditions of an entry must hold (AND); an empty list always holds. */
export const When = z.discriminatedUnion("on", [
  z.strictObject({
    on: z.literal("method"),
    in: z.array(z.string().regex(/^[A-Z]+$/, "Write methods in capitals, such as GET.")).min(1),
  }),
  z.strictObject({ on: z.literal("path"), prefix: z.string().startsWith("/") }),
  z.strictObject({ on: z.literal("operation"), in: z.array(z.string().min(1)).min(1) }),
  z.strictObject({
    on: z.literal("header"),
    name: z.string().min(1),
    equals: z.string().optional().describe("Value to equal; without it, the header must be there."),
  }),
  z.strictObject({ on: z.literal("authenticated"), is: z.boolean() }),
]);
export type When = z.output<typeof When>;

export const PolicyEntry = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "Use 1 to 60 lower-case letters, digits and hyphens.")
    .describe("Name of this binding within its list; refusals, usage and the console speak of it."),
  type: z.string().min(1).describe("Type of policy, as in the catalogue."),
  enabled: z.boolean().default(true).describe("Switch a policy off in an incident without losing its configuration."),
  mode: z
    .enum(["enforce", "shadow"])
    .default("enforce")
    .describe("shadow: decide and count, but let every call pass. Only some types can."),
  when: z.array(When).max(16).default([]).describe("Conditions that must all hold; none means always."),
  config: z.record(z.string(), z.unknown()).default({}).describe("Configuration, by the type's own schema."),
});
export type PolicyEntry = z.output<typeof PolicyEntry>;

export const PolicyList = z
  .array(PolicyEntry)
  .max(64)
  .refine((entries) => new Set(entries.map((entry) => entry.id)).size === entries.length, {
    message: "Two policies of this list share an id. Give each its own.",
  });
export type PolicyList = z.output<typeof PolicyList>;
