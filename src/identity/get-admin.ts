import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Admin, adminOf, adminRef, findAdmin } from "./admin.ts";

export const getAdmin = defineQuery({
  name: "get-admin",
  summary: "Reads one admin.",
  scope: "admins:read",
  input: z.strictObject({ ...adminRef }),
  output: Admin,
  read: async ({ admin }, ctx) => adminOf(await findAdmin(ctx, admin)),
});
