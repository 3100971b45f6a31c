/**
 * @module Identity: workspaces, the tokens of the management API, and the audit trail: who may act, and who did.
 */
import { createAdminToken } from "./create-admin-token.ts";
import { createWorkspace } from "./create-workspace.ts";
import { getWorkspace } from "./get-workspace.ts";
import { listAdminTokens } from "./list-admin-tokens.ts";
import { listAudit } from "./list-audit.ts";
import { listPlatformAudit } from "./list-platform-audit.ts";
import { listWorkspaces } from "./list-workspaces.ts";
import { revokeAdminToken } from "./revoke-admin-token.ts";
import { updateWorkspace } from "./update-workspace.ts";

export { AdminToken, findHolder } from "./admin-token.ts";
export { bootstrap } from "./bootstrap.ts";
export { endSession, isSessionEnded } from "./ended-session.ts";
export { unchangedWorkspace, Workspace, workspaceExists } from "./workspace.ts";

/** Everything that this area can do. */
export const identity = {
  createAdminToken,
  createWorkspace,
  getWorkspace,
  listAdminTokens,
  listAudit,
  listPlatformAudit,
  listWorkspaces,
  revokeAdminToken,
  updateWorkspace,
} as const;
