import { identity } from "../identity/index.ts";
import { AuditEntry } from "../model/audit-chain.ts";
import type { Resource } from "./route.ts";

export const audit: Resource = {
  tag: "Audit",
  summary: "Who changed what, when, and what it looked like before and after: in a workspace, and above all of them.",
  schemas: { AuditEntry },
  routes: [
    { method: "get", path: "/audit", does: identity.listAudit, answers: "lines", outlives: true },
    { method: "get", path: "/platform/audit", does: identity.listPlatformAudit, answers: "lines" },
  ],
};
