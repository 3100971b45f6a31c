/**
 * @module Consumers: organizations, their applications, subscriptions to products, and the keys that prove them.
 */
import { createApplication } from "./create-application.ts";
import { createKey } from "./create-key.ts";
import { createOrganization } from "./create-organization.ts";
import { createSubscription } from "./create-subscription.ts";
import { endSubscription } from "./end-subscription.ts";
import { deleteApplication } from "./delete-application.ts";
import { deleteOrganization } from "./delete-organization.ts";
import { getApplication } from "./get-application.ts";
import { getOrganization } from "./get-organization.ts";
import { getSubscription } from "./get-subscription.ts";
import { listApplications } from "./list-applications.ts";
import { listKeys } from "./list-keys.ts";
import { listOrganizations } from "./list-organizations.ts";
import { listSubscriptions } from "./list-subscriptions.ts";
import { resumeApplication } from "./resume-application.ts";
import { revokeKey } from "./revoke-key.ts";
import { suspendApplication } from "./suspend-application.ts";
import { updateApplication } from "./update-application.ts";
import { updateOrganization } from "./update-organization.ts";
import { updateSubscription } from "./update-subscription.ts";

export { Application, findApplication } from "./application.ts";
export { Key } from "./key.ts";
export { Organization } from "./organization.ts";
export { Subscription } from "./subscription.ts";

/** Everything that this area can do. */
export const consumers = {
  createApplication,
  createKey,
  createOrganization,
  createSubscription,
  endSubscription,
  deleteApplication,
  deleteOrganization,
  getApplication,
  getOrganization,
  getSubscription,
  listApplications,
  listKeys,
  listOrganizations,
  listSubscriptions,
  resumeApplication,
  revokeKey,
  suspendApplication,
  updateApplication,
  updateOrganization,
  updateSubscription,
} as const;
