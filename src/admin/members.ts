import { consumers } from "../consumers/index.ts";
import type { Resource } from "./route.ts";

const own = "/organizations/{organization}/members" as const;
const one = "/members/{member}" as const;

export const members: Resource = {
  tag: "Members",
  summary: "People who look after an organization's applications.",
  schemas: { Member: consumers.getMember.output },
  routes: [
    { method: "get", path: own, does: consumers.listMembers },
    { method: "post", path: own, does: consumers.createMember, status: 201, location: "/members/{id}" },
    { method: "get", path: one, does: consumers.getMember },
    { method: "patch", path: one, does: consumers.updateMember },
    { method: "delete", path: one, does: consumers.deleteMember, status: 204 },
  ],
};
