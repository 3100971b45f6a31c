/**
 * @module Catalog: environments, APIs, their versions and documents, upstreams, products and plans. What other areas and the
 * management API may use of it.
 */
import { createApi } from "./create-api.ts";
import { createUpstream } from "./create-upstream.ts";
import { createVersion } from "./create-version.ts";
import { getApi } from "./get-api.ts";
import { getDocument } from "./get-document.ts";
import { getDraft } from "./get-draft.ts";
import { getUpstream } from "./get-upstream.ts";
import { getVersion } from "./get-version.ts";
import { importDocument } from "./import-document.ts";
import { listApis } from "./list-apis.ts";
import { listUpstreams } from "./list-upstreams.ts";
import { listVersions } from "./list-versions.ts";
import { updateApi } from "./update-api.ts";
import { updateUpstream } from "./update-upstream.ts";
import { updateVersion } from "./update-version.ts";

export { Api, findApi, type ApiRow } from "./api.ts";
export { contentAddress, storeContent } from "./content.ts";
export { readRevisionContent, storeRevisionContent } from "./draft.ts";
export { Environment, environmentRef, findEnvironment, type EnvironmentRow } from "./environment.ts";
export { Finding } from "./finding.ts";
export { findJsonFault } from "../protocols/rest/json-fault.ts";
export { Version, findVersion, versionOf, versionRef, type VersionRow } from "./version.ts";

export { insertPlacements, placement } from "./placement.ts";
export { PlatformDocument, PlatformFile } from "./platform-file.ts";
export { checkPolicies } from "./platform-file/check-policies.ts";
export { checkReferences } from "./platform-file/check-references.ts";
export { checkVersions, contentOf, environmentsOf } from "./platform-file/check-versions.ts";
export { PlacedFinding, PlatformPlan } from "./platform-file/platform-plan.ts";
export { prepareVersions, type PreparedVersion } from "./platform-file/prepare-versions.ts";

export { insertPlacements, placement } from "./placement.ts";
export { inlineOperations, PlatformDocument, PlatformFile, platformFileFormat } from "./platform-file.ts";
export type { PlatformFileVersion } from "./platform-file.ts";
export { checkPolicies, type PolicyCatalogue } from "./platform-file/check-policies.ts";
export { checkReferences } from "./platform-file/check-references.ts";
export { checkVersions, contentOf, environmentsOf } from "./platform-file/check-versions.ts";
export { PlacedFinding, PlatformChange, PlatformPlan } from "./platform-file/platform-plan.ts";
export { prepareVersions, type PreparedVersion } from "./platform-file/prepare-versions.ts";

/** Everything that this area can do. */
export const catalog = {
  createApi,
  createUpstream,
  createVersion,
  getApi,
  getDocument,
  getDraft,
  getUpstream,
  getVersion,
  importDocument,
  listApis,
  listUpstreams,
  listVersions,
  updateApi,
  updateUpstream,
  updateVersion,
} as const;
