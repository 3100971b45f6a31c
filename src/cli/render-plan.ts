/** @module A plan as a diff that reads like a good Git diff: one heading for each resource, its fields as YAML. */
import { stringify } from "yaml";
import type { PlatformChange, PlatformPlan } from "../catalog/platform-file/platform-plan.ts";
import { renderDiff } from "./render-diff.ts";
import type { Terminal } from "./terminal.ts";

/** Lines of one new resource that are shown; the rest is counted. */
const newLinesMax = 40;

export function renderPlan(plan: PlatformPlan, terminal: Terminal): string {
  const parts = plan.changes.map((change) => renderChange(change, terminal));
  return [...parts, renderSummary(plan)].join("\n\n");
}

/** What changes, in numbers, and what is left alone. */
export function renderSummary(plan: PlatformPlan): string {
  const created = plan.changes.filter((change) => change.kind === "create").length;
  const deleted = plan.changes.filter((change) => change.kind === "delete").length;
  const updated = plan.changes.length - created - deleted;
  const counts =
    plan.changes.length === 0
      ? `Nothing to change in workspace ${plan.workspace}`
      : `Workspace ${plan.workspace}: ${created} to create, ${updated} to update${deleted === 0 ? "" : `, ${deleted} to delete`}`;
  const lines = [`${counts}, ${plan.unchanged} as ${plan.unchanged === 1 ? "it" : "they"} should be.`];
  const left = topmost(plan.unmanaged);
  if (left.length > 0) {
    const more = left.length > 10 ? ` and ${left.length - 10} more` : "";
    lines.push(`Not in the file, and left alone without --prune: ${left.slice(0, 10).join(", ")}${more}.`);
  }
  return lines.join("\n");
}

/** What lies below something that is listed goes without saying. */
function topmost(resources: readonly string[]): string[] {
  return resources.filter((one) => !resources.some((other) => one.startsWith(`${other}/`)));
}

function renderChange({ kind, resource, before, after }: PlatformChange, terminal: Terminal): string {
  const { style } = terminal;
  if (kind === "create") {
    const lines = toYaml(after).split("\n");
    const shown = lines.slice(0, newLinesMax).map((line) => style("green", `  + ${line}`));
    if (lines.length > newLinesMax) shown.push(style("dim", `    … ${lines.length - newLinesMax} more lines`));
    return [style(["bold", "green"], `+ ${resource}`), ...shown].join("\n");
  }
  if (kind === "delete") return style(["bold", "red"], `- ${resource}`);
  return [style(["bold", "yellow"], `~ ${resource}`), ...renderDiff(toYaml(before), toYaml(after), terminal)].join(
    "\n",
  );
}

/** In the words of the file; what a policy has by default is left out, as one would write it. */
export function toYaml(value: unknown): string {
  return stringify(plain(value), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const isPolicy = "id" in value && "type" in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field, inner]) => inner !== undefined && !(isPolicy && isDefault(field, inner)))
      .map(([field, inner]) => [field, plain(inner)]),
  );
}

function isDefault(field: string, value: unknown): boolean {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return (
    (field === "enabled" && value === true) ||
    (field === "mode" && value === "enforce") ||
    ((field === "when" || field === "config") && isEmpty)
  );
}
