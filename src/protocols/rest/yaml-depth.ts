/** @module How deep a YAML may be: composing it calls itself for every level, so that a deeper one would end the parser. */
import type { Parser } from "yaml";

const levelsMax = 100;

export const tooDeepMessage = `It is nested more than ${levelsMax} levels deep from here. Write it flatter.`;

/** Whether the parser stands deeper than is read. Below the first level stands the document itself. */
export function isTooDeep({ stack }: Parser): boolean {
  return stack.length > levelsMax + 1;
}
