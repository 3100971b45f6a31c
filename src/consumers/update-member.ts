import { eq } from "drizzle-orm";
import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import { findMember, Member, memberFields, memberOf, memberRef } from "./member.ts";

export const updateMember = defineAction({
  name: "update-member",
  summary: "Changes a member's name or role in the organization.",
  scope: "consumers:write",
  input: z.strictObject({ ...memberRef, ...z.object(memberFields).partial().shape }),
  output: Member,
  async decide({ member, ...fields }, ctx) {
    const { row, email } = await findMember(ctx, member);
    const before = memberOf({ row, email });
    const target = { kind: "member", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: before };
    const after = memberOf({ row: next, email });
    return {
      target,
      before,
      after,
      output: after,
      statements: [ctx.db.update(members).set(next).where(eq(members.id, row.id))],
    };
  },
});
