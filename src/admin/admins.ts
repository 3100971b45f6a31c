import { identity } from "../identity/index.ts";
import type { Resource } from "./route.ts";

const list = "/admins" as const;
const one = `${list}/{admin}` as const;

export const admins: Resource = {
  tag: "Admins",
  summary: "People who manage a workspace, each in a role.",
  schemas: { Admin: identity.getAdmin.output },
  routes: [
    { method: "get", path: list, does: identity.listAdmins },
    { method: "post", path: list, does: identity.createAdmin, status: 201, location: `${list}/{id}` },
    { method: "get", path: one, does: identity.getAdmin },
    { method: "patch", path: one, does: identity.updateAdmin },
    { method: "delete", path: one, does: identity.deleteAdmin, status: 204 },
  ],
};
