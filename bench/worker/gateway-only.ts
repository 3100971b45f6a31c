/** @module What the gateway's graph weighs alone: bundled to be measured, never run. */
import { createGateway } from "../../src/gateway/handle.ts";

export default { fetch: createGateway };
