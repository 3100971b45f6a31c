/**
 * @module Consumers: organizations, their members and applications, subscriptions to products, and the keys that prove them.
 */
import { approveSubscription } from "./approve-subscription.ts";
import { clearLimitOverride } from "./clear-limit-override.ts";
import { createApplication } from "./create-application.ts";
import { createKey } from "./create-key.ts";
import { createMember } from "./create-member.ts";
import { createOrganization } from "./create-organization.ts";
import { createSubscription } from "./create-subscription.ts";
import { deleteApplication } from "./delete-application.ts";
import { deleteMember } from "./delete-member.ts";
import { deleteOrganization } from "./delete-organization.ts";
import { endSubscription } from "./end-subscription.ts";
import { getApplication } from "./get-application.ts";
import { getApplicationLimits } from "./get-application-limits.ts";
import { getKey } from "./get-key.ts";
import { getMember } from "./get-member.ts";
import { getOrganization } from "./get-organization.ts";
import { getSubscription } from "./get-subscription.ts";
import { listApplications } from "./list-applications.ts";
import { listKeys } from "./list-keys.ts";
import { listMembers } from "./list-members.ts";
import { listOrganizations } from "./list-organizations.ts";
import { listSubscriptions } from "./list-subscriptions.ts";
import { rejectSubscription } from "./reject-subscription.ts";
import { resumeApplication } from "./resume-application.ts";
import { revokeKey } from "./revoke-key.ts";
import { setLimitOverride } from "./set-limit-override.ts";
import { suspendApplication } from "./suspend-application.ts";
import { updateApplication } from "./update-application.ts";
import { updateKey } from "./update-key.ts";
import { updateMember } from "./update-member.ts";
import { updateOrganization } from "./update-organization.ts";
import { updateSubscription } from "./update-subscription.ts";

export { Application, applicationRef, findApplication } from "./application.ts";
export { Key } from "./key.ts";
export { Member } from "./member.ts";
export { Organization } from "./organization.ts";
export { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

/** Everything that this area can do. */
export const consumers = {
  approveSubscription,
  clearLimitOverride,
  createApplication,
  createKey,
  createMember,
  createOrganization,
  createSubscription,
  deleteApplication,
  deleteMember,
  deleteOrganization,
  endSubscription,
  getApplication,
  getApplicationLimits,
  getKey,
  getMember,
  getOrganization,
  getSubscription,
  listApplications,
  listKeys,
  listMembers,
  listOrganizations,
  listSubscriptions,
  rejectSubscription,
  resumeApplication,
  revokeKey,
  setLimitOverride,
  suspendApplication,
  updateApplication,
  updateKey,
  updateMember,
  updateOrganization,
  updateSubscription,
} as const;
