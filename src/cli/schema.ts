import { platformFileJsonSchema } from "../catalog/platform-file/json-schema.ts";
import type { CommandResult } from "./command.ts";

/** Prints the JSON Schema of gatehouse.yaml. */
export function schema(): Promise<CommandResult> {
  const json = platformFileJsonSchema();
  return Promise.resolve({ exitCode: 0, text: JSON.stringify(json, null, 2), json });
}
