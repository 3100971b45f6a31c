/** @module Everything that the management API offers, in the order of its document. A new resource is a file and a line here. */
import { apis } from "./apis.ts";
import { explanations } from "./explanations.ts";
import type { AdminPorts } from "./ports.ts";
import type { Resource } from "./route.ts";

export function resourcesOf(ports: Pick<AdminPorts, "explanations">): readonly Resource[] {
  return [apis, explanations(ports.explanations)];
}
