import { and, asc, eq, gt } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf, Ref, toPage } from "../actions/fields.ts";
import { Member, memberOf, selectMembers } from "./member.ts";
import { findOrganization } from "./organization.ts";

export const listMembers = defineQuery({
  name: "list-members",
  summary: "Lists the members of an organization, oldest first.",
  scope: "consumers:read",
  input: z.strictObject({ organization: Ref, ...paged }),
  output: pageOf(Member),
  async read({ organization: ref, limit, cursor }, ctx) {
    const organization = await findOrganization(ctx, ref);
    const after = and(eq(members.organization, organization.id), gt(members.id, cursor ?? ""));
    const rows = await selectMembers(ctx, after)
      .orderBy(asc(members.id))
      .limit(limit + 1);
    return toPage(rows.map(memberOf), limit, (member) => member);
  },
});
