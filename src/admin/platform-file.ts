import { PlacedFinding } from "../catalog/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import { largeJsonBody } from "./body-form.ts";
import type { Resource } from "./route.ts";

export const platformFile: Resource = {
  tag: "Platform file",
  summary: "A whole workspace as one reviewable document: gatehouse.yaml.",
  schemas: { PlatformPlan: lifecycle.applyPlatformFile.output, Finding: PlacedFinding },
  routes: [
    { method: "get", path: "/platform-file", does: lifecycle.dumpPlatformFile },
    {
      method: "put",
      path: "/platform-file",
      does: lifecycle.applyPlatformFile,
      query: ["plan", "prune"],
      body: largeJsonBody,
      isPlanned: true,
      workspaceOf: ({ file }) => fileWorkspace(file),
    },
  ],
};

/** The file says whose it is; whatever is no file, the action refuses. */
function fileWorkspace(file: unknown): string | undefined {
  const named = typeof file === "object" && file !== null && "workspace" in file ? file.workspace : undefined;
  return typeof named === "string" ? named : undefined;
}
