/** @module Explanation: what is sealed into the `instance` of a refusal, and how it is opened again. */
import * as z from "zod";
import type { Sealer } from "./seal.ts";

export const Explanation = z.object({
  /** When the call began, epoch ms. */
  at: z.number(),
  workspace: z.string(),
  environment: z.string(),
  code: z.string(),
  /** Id, type and origin of the policy that decided; empty if it was the gateway itself. */
  decidedBy: z.string(),
  type: z.string(),
  origin: z.string(),
  route: z.string(),
  api: z.string(),
  version: z.string(),
  application: z.string(),
  credential: z.string(),
  /** From the call's begin to the refusal. */
  ms: z.number(),
  /** Policy, verdict and ms of each step, in the order in which they ran. */
  passage: z.array(z.tuple([z.string(), z.string(), z.number()])),
});
export type Explanation = z.output<typeof Explanation>;

const bytesMax = 600;
/** The order in which the values are sealed. `passage` is last: it is what gets shorter. */
const names = Object.keys(Explanation.shape) as (keyof Explanation)[];

/** The explanation as the shortest JSON, at most 600 bytes: the oldest steps go first, then the route. */
export function explanationText(explanation: Explanation): string {
  const fields: unknown[] = names.filter((name) => name !== "passage").map((name) => explanation[name]);
  for (let dropped = 0; dropped <= explanation.passage.length; dropped += 1) {
    const text = JSON.stringify([...fields, explanation.passage.slice(dropped)]);
    if (new TextEncoder().encode(text).length <= bytesMax) return text;
  }
  return JSON.stringify(fields.map((field) => (typeof field === "string" ? field.slice(0, 40) : field)).concat([[]]));
}

/** Parts of `urn:gatehouse:call:<id>.<sealed>`; null for anything else. */
export function parseInstance(instance: string): { readonly callId: string; readonly sealed: string } | null {
  const match = /^urn:gatehouse:call:([0-9A-Z]{26})\.([A-Za-z0-9_-]+)$/.exec(instance.trim());
  return match?.[1] === undefined || match[2] === undefined ? null : { callId: match[1], sealed: match[2] };
}

/** What an `instance` explains; null if it is not one of this installation's, or was altered. */
export async function openInstance(instance: string, sealer: Sealer): Promise<Explanation | null> {
  const parts = parseInstance(instance);
  const text = parts === null ? null : await sealer.open(parts.sealed, parts.callId);
  if (text === null) return null;
  try {
    const values = z.array(z.unknown()).parse(JSON.parse(text));
    return Explanation.parse(Object.fromEntries(names.map((name, index) => [name, values[index]])));
  } catch {
    return null;
  }
}
