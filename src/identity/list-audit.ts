import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { AuditEntry } from "../model/audit-chain.ts";
import { auditInput, readAudit } from "./read-audit.ts";

export const listAudit = defineQuery({
  name: "list-audit",
  summary: "Lists the changes of the workspace, or those that are asked for.",
  scope: "audit:read",
  input: z.strictObject(auditInput),
  output: pageOf(AuditEntry),
  read: (input, ctx) => readAudit(ctx, input),
});
