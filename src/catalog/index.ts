/**
 * @module Catalog: environments and their secrets, APIs, their versions and documents, upstreams, products and plans. What other areas and the
 * management API may use of it.
 */
import { bindSecret } from "./bind-secret.ts";
import { createApi } from "./create-api.ts";
import { createEnvironment } from "./create-environment.ts";
import { createOperation } from "./create-operation.ts";
import { createPlan } from "./create-plan.ts";
import { createProduct } from "./create-product.ts";
import { createUpstream } from "./create-upstream.ts";
import { createVersion } from "./create-version.ts";
import { deleteApi } from "./delete-api.ts";
import { deleteEnvironment } from "./delete-environment.ts";
import { deleteOperation } from "./delete-operation.ts";
import { deletePlan } from "./delete-plan.ts";
import { deleteProduct } from "./delete-product.ts";
import { deleteSecret } from "./delete-secret.ts";
import { deleteUpstream } from "./delete-upstream.ts";
import { deleteVersion } from "./delete-version.ts";
import { getApi } from "./get-api.ts";
import { getDocument } from "./get-document.ts";
import { getDraft } from "./get-draft.ts";
import { getEnvironment } from "./get-environment.ts";
import { getOperation } from "./get-operation.ts";
import { getPlan } from "./get-plan.ts";
import { getPolicySet } from "./get-policy-set.ts";
import { getProduct } from "./get-product.ts";
import { getSecret } from "./get-secret.ts";
import { getUpstream } from "./get-upstream.ts";
import { getVersion } from "./get-version.ts";
import { importDocument } from "./import-document.ts";
import { listApis } from "./list-apis.ts";
import { listEnvironments } from "./list-environments.ts";
import { listOperations } from "./list-operations.ts";
import { listPlans } from "./list-plans.ts";
import { listPolicySets } from "./list-policy-sets.ts";
import { listProducts } from "./list-products.ts";
import { listSecrets } from "./list-secrets.ts";
import { listUpstreams } from "./list-upstreams.ts";
import { listVersions } from "./list-versions.ts";
import { resealSecrets } from "./reseal-secrets.ts";
import { setSecret } from "./set-secret.ts";
import { updateApi } from "./update-api.ts";
import { updateEnvironment } from "./update-environment.ts";
import { updateOperation } from "./update-operation.ts";
import { updatePlan } from "./update-plan.ts";
import { updateProduct } from "./update-product.ts";
import { updateUpstream } from "./update-upstream.ts";
import { updateVersion } from "./update-version.ts";

export { Api, findApi, type ApiRow } from "./api.ts";
export { contentAddress, keptContents, storeContents, type Content } from "./content.ts";
export { ApiDocument, documentForm, documentOf } from "./document.ts";
export { readRevisionContent, readRevisionContents, storeRevisionContent } from "./draft.ts";
export { Environment, environmentRef, findEnvironment, type EnvironmentRow } from "./environment.ts";
export { Finding } from "./finding.ts";
export { findJsonFault } from "../protocols/rest/json-fault.ts";
export { findPlan, Plan, planOf } from "./plan.ts";
export { findPolicySet, PolicySet, policySetFields, policySetOf, policySetRef, readPolicySets } from "./policy-set.ts";
export { findProduct, Product } from "./product.ts";
export { entriesOf, readServedContents, type ServedContent } from "./served-content.ts";
export { endingMessage, isEnding, refuseEnding } from "./refuse-ending.ts";
export { Upstream } from "./upstream.ts";
export { Version, findVersion, versionOf, versionRef, type VersionRow } from "./version.ts";

export { insertPlacements, placement } from "./placement.ts";
export {
  inlineOperation,
  PlatformDocument,
  PlatformFile,
  platformFileFormat,
  type PlatformFileInput,
} from "./platform-file.ts";
export { checkForm } from "./platform-file/check-form.ts";
export { checkPolicies, setsOf } from "./platform-file/check-policies.ts";
export { checkReferences } from "./platform-file/check-references.ts";
export { checkVersions, contentOf, environmentsOf, productsByApi, targetsOf } from "./platform-file/check-versions.ts";
export { PlacedFinding, PlatformPlan } from "./platform-file/platform-plan.ts";
export { prepareVersions, type PreparedVersion } from "./platform-file/prepare-versions.ts";

/** Everything that this area can do. */
export const catalog = {
  bindSecret,
  createApi,
  createEnvironment,
  createOperation,
  createPlan,
  createProduct,
  createUpstream,
  createVersion,
  deleteApi,
  deleteEnvironment,
  deleteOperation,
  deletePlan,
  deleteProduct,
  deleteSecret,
  deleteUpstream,
  deleteVersion,
  getApi,
  getDocument,
  getDraft,
  getEnvironment,
  getOperation,
  getPlan,
  getPolicySet,
  getProduct,
  getSecret,
  getUpstream,
  getVersion,
  importDocument,
  listApis,
  listEnvironments,
  listOperations,
  listPlans,
  listPolicySets,
  listProducts,
  listSecrets,
  listUpstreams,
  listVersions,
  resealSecrets,
  setSecret,
  updateApi,
  updateEnvironment,
  updateOperation,
  updatePlan,
  updateProduct,
  updateUpstream,
  updateVersion,
} as const;
