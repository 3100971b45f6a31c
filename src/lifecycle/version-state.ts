import { eq } from "drizzle-orm";
import { versions } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { revise } from "../actions/revise.ts";
import { findVersion, versionOf, type Version, type VersionRow } from "../catalog/index.ts";
import type { Deprecation } from "../model/deprecation.ts";
import { Problem } from "../model/problem.ts";
import type { VersionState } from "../model/program.ts";

interface Move {
  /** States from which it may go there. */
  readonly from: readonly VersionState[];
  readonly to: VersionState;
  /** What else becomes of the version. May throw to refuse. */
  /** What the audit trail keeps beside the state after. */
  readonly note?: Readonly<Record<string, string>>;
  readonly fields?: (row: VersionRow) => Partial<Deprecation>;
}

/** Decides that a version goes to another state, wherever it is served; one that is there already may change its fields. */
export async function moveState(
  ctx: Context,
  ref: { readonly api: string; readonly version: string },
  { from, to, note, fields = () => ({}) }: Move,
): Promise<Decision<Version>> {
  const { api, version } = await findVersion(ctx, ref);
  if (version.state !== to && !from.includes(version.state)) {
    throw new Problem("state-conflict", {
      detail: `Version ${version.name} is ${version.state}; only ${from.join(" or ")} versions can become ${to}.`,
    });
  }
  const target = { kind: "version", id: version.id, edition: version.edition };
  const next = revise(version, { state: to, ...fields(version) }, ctx.now());
  if (next === null) return { unchanged: true, target, output: versionOf(version) };
  return {
    target,
    before: versionOf(version),
    after: { ...versionOf(next), ...note },
    output: versionOf(next),
    statements: [ctx.db.update(versions).set(next).where(eq(versions.id, version.id))],
    effects: [distribute({ apis: [api.id] })],
  };
}
