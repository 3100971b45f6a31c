import { eq } from "drizzle-orm";
import { versions } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { revise } from "../actions/revise.ts";
import { findVersion, versionOf, type Version } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import type { VersionState } from "../model/program.ts";

/** Decides that a version goes from one of the states `from` to `to`, wherever it is served. */
export async function moveState(
  ctx: Context,
  ref: { readonly api: string; readonly version: string },
  from: readonly VersionState[],
  to: VersionState,
): Promise<Decision<Version>> {
  const { api, version } = await findVersion(ctx, ref);
  const target = { kind: "version", id: version.id, edition: version.edition };
  const next = revise(version, { state: to }, ctx.now());
  if (next === null) return { unchanged: true, target, output: versionOf(version) };
  if (!from.includes(version.state)) {
    throw new Problem("state-conflict", {
      detail: `Version ${version.name} is ${version.state}; only ${from.join(" or ")} versions can become ${to}.`,
    });
  }
  return {
    target,
    before: versionOf(version),
    after: versionOf(next),
    output: versionOf(next),
    statements: [ctx.db.update(versions).set(next).where(eq(versions.id, version.id))],
    effects: [distribute({ apis: [api.id] })],
  };
}
