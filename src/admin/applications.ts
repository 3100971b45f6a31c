import { consumers } from "../consumers/index.ts";
import type { Resource } from "./route.ts";

const list = "/applications" as const;
const one = `${list}/{application}` as const;

/** Located by id: a slug is unique only within its organization. */
export const applications: Resource = {
  tag: "Applications",
  summary: "Programs of an organization that call APIs.",
  schemas: { Application: consumers.getApplication.output, ApplicationLimits: consumers.getApplicationLimits.output },
  routes: [
    { method: "get", path: list, does: consumers.listApplications },
    { method: "post", path: list, does: consumers.createApplication, status: 201, location: `${list}/{id}` },
    { method: "get", path: one, does: consumers.getApplication },
    { method: "get", path: `${one}/limits`, does: consumers.getApplicationLimits },
    { method: "patch", path: one, does: consumers.updateApplication },
    { method: "delete", path: one, does: consumers.deleteApplication, status: 204 },
    { method: "post", path: `${one}/suspend`, does: consumers.suspendApplication },
    { method: "post", path: `${one}/resume`, does: consumers.resumeApplication },
  ],
};
