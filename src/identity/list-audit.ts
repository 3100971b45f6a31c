import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { AuditEntry, auditInput, readAudit } from "./audit-entry.ts";

export const listAudit = defineQuery({
  name: "list-audit",
  summary: "Lists the changes of the workspace, newest first, or those of one target.",
  scope: "audit:read",
  input: z.strictObject(auditInput),
  output: pageOf(AuditEntry),
  read: (input, ctx) => readAudit(ctx, input),
});
