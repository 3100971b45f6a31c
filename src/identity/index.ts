/**
 * @module Identity: workspaces, their admins, the tokens of the management API, and the audit trail: who may act, and who did.
 */
import { createAdmin } from "./create-admin.ts";
import { createAdminToken } from "./create-admin-token.ts";
import { createWorkspace } from "./create-workspace.ts";
import { deleteAdmin } from "./delete-admin.ts";
import { deleteWorkspace } from "./delete-workspace.ts";
import { getAdmin } from "./get-admin.ts";
import { getAdminToken } from "./get-admin-token.ts";
import { getSettings } from "./get-settings.ts";
import { getWorkspace } from "./get-workspace.ts";
import { listAdminTokens } from "./list-admin-tokens.ts";
import { listAdmins } from "./list-admins.ts";
import { listAudit } from "./list-audit.ts";
import { listPlatformAudit } from "./list-platform-audit.ts";
import { listWorkspaces } from "./list-workspaces.ts";
import { revokeAdminToken } from "./revoke-admin-token.ts";
import { rotateAdminToken } from "./rotate-admin-token.ts";
import { updateAdmin } from "./update-admin.ts";
import { updateAdminToken } from "./update-admin-token.ts";
import { updateSettings } from "./update-settings.ts";
import { updateWorkspace } from "./update-workspace.ts";

export { Admin } from "./admin.ts";
export { AdminToken, findHolder } from "./admin-token.ts";
export { bootstrap } from "./bootstrap.ts";
export { Email, forgetPerson, namePerson } from "./person.ts";
export { endSession, isSessionEnded } from "./ended-session.ts";
export { hasTrail, openWorkspace, unchangedWorkspace, Workspace } from "./workspace.ts";

/** Everything that this area can do. */
export const identity = {
  createAdmin,
  createAdminToken,
  createWorkspace,
  deleteAdmin,
  deleteWorkspace,
  getAdmin,
  getAdminToken,
  getSettings,
  getWorkspace,
  listAdminTokens,
  listAdmins,
  listAudit,
  listPlatformAudit,
  listWorkspaces,
  revokeAdminToken,
  rotateAdminToken,
  updateAdmin,
  updateAdminToken,
  updateSettings,
  updateWorkspace,
} as const;
