import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findMember, Member, memberOf, memberRef } from "./member.ts";

export const getMember = defineQuery({
  name: "get-member",
  summary: "Reads one member of an organization.",
  scope: "consumers:read",
  input: z.strictObject({ ...memberRef }),
  output: Member,
  read: async ({ member }, ctx) => memberOf(await findMember(ctx, member)),
});
