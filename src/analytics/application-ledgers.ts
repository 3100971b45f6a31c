import { and, eq, gte } from "drizzle-orm";
import { usageTotals } from "../../schema/analytics.ts";
import { applications } from "../../schema/consumers.ts";
import { environments } from "../../schema/workspaces.ts";
import type { Reader } from "../actions/rows.ts";
import { findApplication } from "../consumers/index.ts";
import { ledgerName, parseLedgerName } from "../model/ledger/name.ts";
import { Problem } from "../model/problem.ts";

/** The id of the application of that name; of one that is gone only the id is known, and its usage is still there. */
export async function anApplication(ctx: Reader, ref: string | undefined): Promise<string | undefined> {
  if (ref === undefined) return undefined;
  try {
    return (await findApplication(ctx, ref)).id;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "resource-not-found") return ref;
    throw thrown;
  }
}

/**
 * The ledgers in which an application's calls are counted, by name: one an environment, and those that D1 has totals of since
 * that hour, whose environment may be gone. Of an application that never was, none: naming an object makes it.
 */
export async function applicationLedgers(ctx: Reader, application: string, sinceHour: number): Promise<string[]> {
  const { db, workspace } = ctx;
  const [named, known] = await db.batch([
    db
      .select({ environment: environments.id })
      .from(environments)
      .innerJoin(applications, eq(applications.workspace, environments.workspace))
      .where(and(eq(environments.workspace, workspace), eq(applications.id, application))),
    db
      .selectDistinct({ source: usageTotals.source })
      .from(usageTotals)
      .where(
        and(
          eq(usageTotals.workspace, workspace),
          gte(usageTotals.hour, sinceHour),
          eq(usageTotals.application, application),
        ),
      ),
  ]);
  const names = named.map(({ environment }) => ledgerName({ subject: "app", workspace, environment, id: application }));
  const sources = known.map(({ source }) => source).filter((source) => parseLedgerName(source) !== null);
  return [...new Set([...names, ...sources])].sort();
}
