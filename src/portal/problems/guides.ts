/**
 * @module Guides: what the portal's problem pages say. One for every code of model/problem.ts: a code without a guide does not
 * compile.
 */
import type { ProblemCode } from "../../model/problem.ts";
import { callGuides } from "./call-guides.ts";
import type { Guide } from "./guide.ts";
import { managementGuides } from "./management-guides.ts";

export const guides = { ...callGuides, ...managementGuides } as const satisfies Record<ProblemCode, Guide>;

/** The two halves of the list, in the order of the table. */
export const guideGroups: readonly { readonly title: string; readonly codes: readonly ProblemCode[] }[] = [
  { title: "When you call an API", codes: Object.keys(callGuides) as (keyof typeof callGuides)[] },
  { title: "When you manage the platform", codes: Object.keys(managementGuides) as (keyof typeof managementGuides)[] },
];

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(guides, text);
}
