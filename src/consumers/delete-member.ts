import { eq } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion } from "../actions/deletion.ts";
import { forgetPerson } from "../identity/index.ts";
import { findMember, memberOf, memberRef } from "./member.ts";

export const deleteMember = defineAction({
  name: "delete-member",
  summary: "Takes somebody out of an organization. Its applications and keys stay.",
  scope: "consumers:write",
  input: z.strictObject({ ...memberRef }),
  output: Deleted,
  async decide({ member }, ctx) {
    const found = await findMember(ctx, member);
    const { row } = found;
    return deletion({ kind: "member", id: row.id, edition: row.edition }, memberOf(found), [
      ctx.db.delete(members).where(eq(members.id, row.id)),
      forgetPerson(ctx, row.person),
    ]);
  },
});
