import { monetisation } from "../monetisation/index.ts";
import type { Resource } from "./route.ts";

const own = "/subscriptions/{subscription}" as const;
const one = "/grants/{grant}" as const;

export const grants: Resource = {
  tag: "Credit",
  summary: "Prepaid credit of subscriptions: what was granted, what is left, and how it was moved.",
  schemas: { Grant: monetisation.getGrant.output, Credit: monetisation.getCredit.output },
  routes: [
    { method: "get", path: "/grants", does: monetisation.listGrants },
    { method: "get", path: one, does: monetisation.getGrant },
    { method: "patch", path: one, does: monetisation.updateGrant },
    { method: "post", path: `${one}/void`, does: monetisation.voidGrant },
    { method: "get", path: `${own}/grants`, does: monetisation.listGrants, name: "list-grants-of-subscription" },
    { method: "post", path: `${own}/grants`, does: monetisation.createGrant, status: 201, location: "/grants/{id}" },
    { method: "get", path: `${own}/credit`, does: monetisation.getCredit },
    { method: "get", path: `${own}/credit/journal`, does: monetisation.listJournal },
  ],
};
