/** @module Where the workspace's APIs stand once a file is applied, as far as its hosts and prefixes move them. */
import { sql } from "drizzle-orm";
import { placements } from "../../schema/distribution.ts";
import type { Statement } from "../actions/decision.ts";
import { insertPlacements, placement } from "../catalog/index.ts";
import type { Wanted } from "./platform-file-catalog.ts";
import { idOf } from "./platform-file-ids.ts";

export interface Moves {
  readonly apis: readonly string[];
  /** Buckets that something leaves or enters. */
  readonly buckets: readonly number[];
  readonly clear: readonly Statement[];
  readonly insert: readonly Statement[];
}

/** APIs and environments that the file does not name stand as they did. */
export function planMoves({ ctx, file, state, ids }: Wanted): Moves {
  const named = new Set(Object.keys(file.environments).map((slug) => idOf(ids.environments, slug)));
  const hosts = [
    ...state.hosts.filter((one) => one.workspace === ctx.workspace && !named.has(one.environment)),
    ...Object.entries(file.environments).flatMap(([slug, { hosts }]) =>
      hosts.map((host) => ({ host, environment: idOf(ids.environments, slug) })),
    ),
  ];
  const apis = [
    ...state.apis.filter(({ slug }) => file.apis[slug] === undefined),
    ...Object.entries(file.apis).map(([slug, { prefix }]) => ({ id: idOf(ids.apis, slug), prefix })),
  ];
  const moved = apis.flatMap((api) => {
    const after = hosts.map(({ host, environment }) => placement(ctx.workspace, api, environment, host));
    const before = state.placements.filter((one) => one.api === api.id);
    return keysOf(before) === keysOf(after) ? [] : [{ id: api.id, before, after }];
  });
  const movedIds = moved.map(({ id }) => id);
  const rows = moved.flatMap(({ after }) => after);
  return {
    apis: movedIds,
    buckets: [...new Set(moved.flatMap(({ before }) => before.map(({ bucket }) => bucket)))],
    clear:
      moved.length === 0
        ? []
        : [
            ctx.db
              .delete(placements)
              .where(sql`${placements.api} in (select value from json_each(${JSON.stringify(movedIds)}))`),
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
