/** @module The registry's side of gatehouse.yaml: everything of a workspace that a file may name, read at one moment. */
import { asc, eq, inArray } from "drizzle-orm";
import {
  apis,
  deployments,
  plans,
  policyLists,
  policySets,
  productApis,
  products,
  revisions,
  upstreams,
  upstreamTargets,
  versions,
} from "../../schema/catalog.ts";
import { applications, organizations, subscriptions } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { sequenceQuery } from "../../schema/records.ts";
import { environmentHosts, environments, secrets, workspaces } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Problem } from "../model/problem.ts";

export type WorkspaceState = Awaited<ReturnType<typeof readWorkspaceState>>;

/** One batch, so that all of it is of one moment. Throws `resource-not-found` if there is no such workspace. */
export async function readWorkspaceState(ctx: Pick<Context, "db" | "workspace">) {
  const { db, workspace } = ctx;
  const read = await db.batch([
    db.select().from(workspaces).where(eq(workspaces.id, workspace)),
    db.select().from(environments).where(eq(environments.workspace, workspace)),
    // Of all workspaces: a host belongs to one environment of the platform.
    db.select().from(environmentHosts),
    db.select().from(upstreams).where(eq(upstreams.workspace, workspace)),
    db
      .select()
      .from(upstreamTargets)
      .where(eq(upstreamTargets.workspace, workspace))
      .orderBy(asc(upstreamTargets.position)),
    db
      .select()
      .from(policyLists)
      .where(inArray(policyLists.workspace, [platformWorkspace, workspace])),
    db.select().from(apis).where(eq(apis.workspace, workspace)),
    db.select().from(versions).where(eq(versions.workspace, workspace)),
    db.select().from(revisions).where(eq(revisions.workspace, workspace)),
    db.select().from(deployments).where(eq(deployments.workspace, workspace)),
    db.select().from(products).where(eq(products.workspace, workspace)),
    db.select().from(productApis).where(eq(productApis.workspace, workspace)),
    db.select().from(plans).where(eq(plans.workspace, workspace)),
    db.select().from(organizations).where(eq(organizations.workspace, workspace)),
    db.select().from(applications).where(eq(applications.workspace, workspace)),
    db.select().from(subscriptions).where(eq(subscriptions.workspace, workspace)),
    db.select().from(placements).where(eq(placements.workspace, workspace)),
    sequenceQuery(db),
    db
      .select({ environment: secrets.environment, name: secrets.name, hosts: secrets.hosts })
      .from(secrets)
      .where(eq(secrets.workspace, workspace)),
    db.select().from(policySets).where(eq(policySets.workspace, workspace)),
  ]);
  const [row] = read[0];
  if (row === undefined) throw new Problem("resource-not-found", { detail: "There is no such workspace." });
  return {
    workspace: row,
    environments: read[1],
    hosts: read[2],
    upstreams: read[3],
    targets: read[4],
    globalPolicies: read[5].find((list) => list.workspace === platformWorkspace)?.entries ?? [],
    policies: read[5].find((list) => list.workspace === workspace),
    apis: read[6],
    versions: read[7],
    revisions: read[8],
    deployments: read[9],
    products: read[10],
    productApis: read[11],
    plans: read[12],
    organizations: read[13],
    applications: read[14],
    subscriptions: read[15],
    placements: read[16],
    /** Greatest number of any change so far. */
    sequence: read[17][0]?.sequence ?? 0,
    secrets: read[18],
    policySets: read[19],
  };
}
