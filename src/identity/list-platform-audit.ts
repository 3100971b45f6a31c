import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { AuditEntry } from "../model/audit-chain.ts";
import { auditInput, readAudit } from "./read-audit.ts";

export const listPlatformAudit = defineQuery({
  name: "list-platform-audit",
  summary: "Lists the changes above the workspaces: of the global policy list, and of workspaces themselves.",
  scope: "platform:read",
  realm: "platform",
  input: z.strictObject(auditInput),
  output: pageOf(AuditEntry),
  read: (input, ctx) => readAudit(ctx, input),
});
