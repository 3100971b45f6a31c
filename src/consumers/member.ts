import { and, eq, type SQL } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { people } from "../../schema/workspaces.ts";
import { Name, stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { Email } from "../identity/index.ts";
import { MemberRole } from "../model/role.ts";

export const memberRef = { member: z.string().min(1).max(100).describe("Id of the member.") };

export const memberFields = {
  name: Name,
  role: MemberRole.describe("owner: also its members; developer: applications and keys; viewer: reads."),
};

/** Somebody of an organization. */
export const Member = z.object({
  ...stamped,
  organization: z.string().describe("Id of the organization."),
  email: Email,
  ...memberFields,
});
export type Member = z.output<typeof Member>;

export type MemberRow = typeof members.$inferSelect;

export function memberOf({ row, email }: { readonly row: MemberRow; readonly email: string }): Member {
  const { id, organization, name, role, edition, createdAt, updatedAt } = row;
  return { id, organization, email, name, role, edition, createdAt, updatedAt };
}

/** Members of the workspace's organizations with their addresses. */
export function selectMembers({ db, workspace }: Reader, where?: SQL) {
  return db
    .select({ row: members, email: people.email })
    .from(members)
    .innerJoin(people, eq(people.id, members.person))
    .where(and(eq(members.workspace, workspace), where))
    .$dynamic();
}

export async function findMember(ctx: Reader, id: string): Promise<{ row: MemberRow; email: string }> {
  return onlyRow(await selectMembers(ctx, eq(members.id, id)), id, "member");
}
