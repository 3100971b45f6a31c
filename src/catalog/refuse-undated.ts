import { eq } from "drizzle-orm";
import { versions } from "../../schema/catalog.ts";
import { inputInvalid } from "../actions/input.ts";
import type { Reader } from "../actions/rows.ts";
import { isDated, undatedMessage } from "../model/address.ts";
import type { ApiRow } from "./api.ts";

/** Throws `input-invalid` at `/name` for a version that calls of its API could never ask for. */
export function refuseUndated({ selector }: Pick<ApiRow, "selector">, name: string): void {
  if (selector.in !== "date" || isDated(name)) return;
  throw inputInvalid([{ pointer: "/name", message: undatedMessage(name), severity: "error" }]);
}

/** Throws `input-invalid` at `/selector` if versions that are there could not be asked for any more. */
export async function refuseUndatedVersions({ db }: Reader, { id, selector }: ApiRow): Promise<void> {
  if (selector.in !== "date") return;
  const rows = await db.select({ name: versions.name }).from(versions).where(eq(versions.api, id));
  const undated = rows.find(({ name }) => !isDated(name));
  if (undated === undefined) return;
  throw inputInvalid([{ pointer: "/selector", message: undatedMessage(undated.name), severity: "error" }]);
}
