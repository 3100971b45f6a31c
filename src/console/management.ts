import type { Frame } from "./view.ts";

/** The curl line that asks the management API the same, in the same workspace. `body` makes it a POST. */
export function manage(
  { management, workspace }: Pick<Frame, "management" | "workspace">,
  path: string,
  body?: object,
): string {
  const parts = [
    "curl",
    `"${management}${path}"`,
    `-H "Authorization: Bearer $GATEHOUSE_TOKEN"`,
    `-H "Gatehouse-Workspace: ${workspace.id}"`,
  ];
  if (body !== undefined) parts.push(`--json '${JSON.stringify(body)}'`);
  return parts.join(" ");
}
