import * as z from "zod";

/** What somebody is among the admins of a workspace. What each may do: actions/scope.ts. */
export const Role = z.enum(["owner", "admin", "publisher", "support", "auditor"]);
export type Role = z.output<typeof Role>;

/** What somebody is in an organization: in the portal, where its applications are looked after. */
export const MemberRole = z.enum(["owner", "developer", "viewer"]);
export type MemberRole = z.output<typeof MemberRole>;
