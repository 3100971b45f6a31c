import { and, eq, type SQL } from "drizzle-orm";
import * as z from "zod";
import { admins, people } from "../../schema/workspaces.ts";
import type { Actor } from "../actions/context.ts";
import { Name, stamped } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { allows, roleScopes } from "../actions/scope.ts";
import { Problem } from "../model/problem.ts";
import { Role } from "../model/role.ts";
import { Email } from "./person.ts";

export const adminRef = { admin: z.string().min(1).max(130).describe("Id of the admin, or the e-mail address.") };

export const AdminRole = Role.describe("What the admin may do: see roles.");

/** Somebody who manages the workspace. */
export const Admin = z.object({ ...stamped, email: Email, name: Name, role: AdminRole });
export type Admin = z.output<typeof Admin>;

export type AdminRow = typeof admins.$inferSelect;

export function adminOf({ row, email }: { readonly row: AdminRow; readonly email: string }): Admin {
  const { id, name, role, edition, createdAt, updatedAt } = row;
  return { id, email, name, role, edition, createdAt, updatedAt };
}

/** Admins of the workspace with their addresses. */
export function selectAdmins({ db, workspace }: Reader, where?: SQL) {
  return db
    .select({ row: admins, email: people.email })
    .from(admins)
    .innerJoin(people, eq(people.id, admins.person))
    .where(and(eq(admins.workspace, workspace), where))
    .$dynamic();
}

export async function findAdmin(ctx: Reader, ref: string): Promise<{ row: AdminRow; email: string }> {
  const named = ref.includes("@") ? eq(people.email, ref.toLowerCase()) : eq(admins.id, ref);
  return onlyRow(await selectAdmins(ctx, named), ref, "admin");
}

/** Nobody gives or takes a role that allows more than they may themselves. `pointer` is the field that asks for it. */
export function refuseHigherRole(actor: Actor, role: Role, pointer: string): void {
  if (roleScopes[role].every((scope) => allows(actor.scopes, scope))) return;
  const message = `The role ${role} allows more than you may yourself. Ask somebody who may.`;
  throw inputInvalid([{ pointer, message, severity: "error" }]);
}

/** A workspace that has owners keeps one. */
export async function refuseLastOwner(ctx: Reader, row: AdminRow): Promise<void> {
  if (row.role !== "owner") return;
  const owners = await selectAdmins(ctx, eq(admins.role, "owner")).limit(2);
  if (owners.length > 1) return;
  throw new Problem("state-conflict", {
    detail: `${row.name} is the only owner of this workspace. Make somebody else an owner first.`,
  });
}
