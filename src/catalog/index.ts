/**
 * @module Catalog: environments, APIs, their versions and documents, upstreams, policy lists, products and plans. What other
 * areas and the management API may use of it.
 */
import { createApi } from "./create-api.ts";
import { getApi } from "./get-api.ts";
import { listApis } from "./list-apis.ts";

export { Api } from "./api.ts";
export { findJsonFault } from "../protocols/rest/json-fault.ts";

/** Everything that this area can do, by the name of its export. */
export const catalog = { createApi, getApi, listApis } as const;
