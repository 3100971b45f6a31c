/**
 * @module Lifecycle: what is served. Publishes, promotes, rolls back, deprecates and retires versions, sets the central policy
 * lists, applies whole workspaces from a file, and brings all of it to the edge.
 */
import { applyPlatformFile } from "./apply-platform-file.ts";
import { checkVersion } from "./check-version.ts";
import { deprecateVersion } from "./deprecate-version.ts";
import { getGlobalPolicies } from "./get-global-policies.ts";
import { getRevisionDocument } from "./get-revision-document.ts";
import { getRevision } from "./get-revision.ts";
import { getWorkspacePolicies } from "./get-workspace-policies.ts";
import { listDeployments } from "./list-deployments.ts";
import { listRevisions } from "./list-revisions.ts";
import { promoteVersion } from "./promote-version.ts";
import { publishVersion } from "./publish-version.ts";
import { purgeCache } from "./purge-cache.ts";
import { reinstateVersion } from "./reinstate-version.ts";
import { retireVersion } from "./retire-version.ts";
import { rollBackVersion } from "./roll-back-version.ts";
import { setGlobalPolicies } from "./set-global-policies.ts";
import { setWorkspacePolicies } from "./set-workspace-policies.ts";
import { withdrawVersion } from "./withdraw-version.ts";

export { Publication } from "./deploy.ts";
export { runDistribution } from "./distribute.ts";
export { CentralPolicies } from "./policy-list.ts";

/** Everything that this area can do. */
export const lifecycle = {
  applyPlatformFile,
  checkVersion,
  deprecateVersion,
  getGlobalPolicies,
  getRevision,
  getRevisionDocument,
  getWorkspacePolicies,
  listDeployments,
  listRevisions,
  promoteVersion,
  publishVersion,
  purgeCache,
  reinstateVersion,
  retireVersion,
  rollBackVersion,
  setGlobalPolicies,
  setWorkspacePolicies,
  withdrawVersion,
} as const;
