/**
 * @module Lifecycle: what is served. Publishes, promotes, rolls back, deprecates and retires versions, sets the central policy
 * lists, applies whole workspaces from a file, and brings all of it to the edge.
 */
import { abortCanary } from "./abort-canary.ts";
import { applyPlatformFile } from "./apply-platform-file.ts";
import { cancelSchedule } from "./cancel-schedule.ts";
import { checkVersion } from "./check-version.ts";
import { createPolicySet } from "./create-policy-set.ts";
import { deletePolicySet } from "./delete-policy-set.ts";
import { deprecateVersion } from "./deprecate-version.ts";
import { dumpPlatformFile } from "./dump-platform-file.ts";
import { getGlobalPolicies } from "./get-global-policies.ts";
import { getRevision } from "./get-revision.ts";
import { getRevisionDocument } from "./get-revision-document.ts";
import { getSchedule } from "./get-schedule.ts";
import { getWorkspacePolicies } from "./get-workspace-policies.ts";
import { listDeployments } from "./list-deployments.ts";
import { listRevisions } from "./list-revisions.ts";
import { listSchedules } from "./list-schedules.ts";
import { promoteCanary } from "./promote-canary.ts";
import { promoteVersion } from "./promote-version.ts";
import { publishRevision } from "./publish-revision.ts";
import { publishVersion } from "./publish-version.ts";
import { purgeCache } from "./purge-cache.ts";
import { reinstateVersion } from "./reinstate-version.ts";
import { retireVersion } from "./retire-version.ts";
import { rollBackVersion } from "./roll-back-version.ts";
import { scheduleVersion } from "./schedule-version.ts";
import { setCanary } from "./set-canary.ts";
import { setGlobalPolicies } from "./set-global-policies.ts";
import { setWorkspacePolicies } from "./set-workspace-policies.ts";
import { settleSchedule } from "./settle-schedule.ts";
import { startCanary } from "./start-canary.ts";
import { updatePolicySet } from "./update-policy-set.ts";
import { withdrawVersion } from "./withdraw-version.ts";

export { Publication } from "./deploy.ts";
export { runDistribution } from "./distribute.ts";
export { runDueSchedules } from "./run-due-schedules.ts";
export { CentralPolicies } from "./policy-list.ts";

/** Everything that this area can do. */
export const lifecycle = {
  abortCanary,
  applyPlatformFile,
  cancelSchedule,
  checkVersion,
  createPolicySet,
  deletePolicySet,
  deprecateVersion,
  dumpPlatformFile,
  getGlobalPolicies,
  getRevision,
  getRevisionDocument,
  getSchedule,
  getWorkspacePolicies,
  listDeployments,
  listRevisions,
  listSchedules,
  promoteCanary,
  promoteVersion,
  publishRevision,
  publishVersion,
  purgeCache,
  reinstateVersion,
  retireVersion,
  rollBackVersion,
  scheduleVersion,
  setCanary,
  setGlobalPolicies,
  setWorkspacePolicies,
  settleSchedule,
  startCanary,
  updatePolicySet,
  withdrawVersion,
} as const;
