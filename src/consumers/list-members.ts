import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { paging, searched } from "../actions/paging.ts";
import { Member, memberOf, selectMembers } from "./member.ts";
import { findOrganization } from "./organization.ts";

export const listMembers = defineQuery({
  name: "list-members",
  summary: "Lists the members of an organization.",
  scope: "consumers:read",
  input: z.strictObject({ organization: Ref, ...searched }),
  output: pageOf(Member),
  async read({ organization: ref, ...asked }, ctx) {
    const organization = await findOrganization(ctx, ref);
    const { where, orderBy, page } = paging(asked, members);
    const rows = await selectMembers(ctx, and(eq(members.organization, organization.id), where))
      .orderBy(...orderBy)
      .limit(asked.limit + 1);
    return page(rows, ({ row }) => row, memberOf);
  },
});
