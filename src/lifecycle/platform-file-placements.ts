/** @module Where the workspace's APIs stand once a file is applied, as far as its hosts and prefixes move them. */
import { sql } from "drizzle-orm";
import { apis } from "../../schema/catalog.ts";
import { placements } from "../../schema/distribution.ts";
import type { Statement } from "../actions/decision.ts";
import { insertPlacements, placement } from "../catalog/index.ts";
import { ownField } from "../model/own-field.ts";
import type { Wanted } from "./platform-file-catalog.ts";
import { idOf } from "./platform-file-ids.ts";
import { isAmong } from "../actions/rows.ts";

export interface Moves {
  readonly apis: readonly string[];
  /** Buckets that something leaves or enters. */
  readonly buckets: readonly number[];
  /** First of all: what makes room, so that two APIs may change places. */
  readonly clear: readonly Statement[];
  readonly insert: readonly Statement[];
}

/** APIs and environments that the file does not name stand as they did. */
export function planMoves({ ctx, file, state, known, ids }: Wanted): Moves {
  const named = new Set(Object.keys(file.environments).map((slug) => idOf(ids.environments, slug)));
  const hosts = [
    ...state.hosts.filter((one) => one.workspace === ctx.workspace && !named.has(one.environment)),
    ...Object.entries(file.environments).flatMap(([slug, { hosts }]) =>
      hosts.map((host) => ({ host, environment: idOf(ids.environments, slug) })),
    ),
  ];
  const standing = [
    ...state.apis.filter(({ slug }) => !Object.hasOwn(file.apis, slug)),
    ...Object.entries(file.apis).map(([slug, { prefix }]) => ({ id: idOf(ids.apis, slug), prefix })),
  ];
  const moved = standing.flatMap((api) => {
    const after = hosts.map(({ host, environment }) => placement(ctx.workspace, api, environment, host));
    const before = known.placementsOf(api.id);
    return keysOf(before) === keysOf(after) ? [] : [{ id: api.id, before, after }];
  });
  const movedIds = moved.map(({ id }) => id);
  const rows = moved.flatMap(({ after }) => after);
  // All of these have a row among those that are written.
  const leaving = state.apis.filter(({ slug, prefix }) => (ownField(file.apis, slug)?.prefix ?? prefix) !== prefix);
  return {
    apis: movedIds,
    buckets: [...new Set(moved.flatMap(({ before }) => before.map(({ bucket }) => bucket)))],
    clear: [
      ctx.db.delete(placements).where(isAmong(placements.api, movedIds)),
      // No prefix looks like an id, so nothing stands in the way of one that moves to where another stood.
      ctx.db
        .update(apis)
        .set({ prefix: sql`${apis.id}` })
        .where(
          isAmong(
            apis.id,
            leaving.map(({ id }) => id),
          ),
        ),
    ],
    insert: insertPlacements(ctx, rows),
  };
}

function keysOf(
  rows: readonly { readonly environment: string; readonly host: string; readonly bucket: number }[],
): string {
  return rows
    .map(({ environment, host, bucket }) => `${environment} ${host} ${bucket}`)
    .sort()
    .join("\n");
}
