import { sql } from "drizzle-orm";
import { creditGrants } from "../../schema/monetisation.ts";
import type { EffectPayloads, World } from "../actions/context.ts";
import { isAmong } from "../actions/rows.ts";
import type { Grant } from "../model/ledger/credit-account.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { creditKey } from "../model/plan-definitions.ts";
import type { GrantRow } from "./grant.ts";

/**
 * The effect `fund`: tells ledgers of grants as they stand now. May come twice, late and at the same time: the edition numbers
 * what is said of a grant, and the ledger funds each once.
 */
export async function runFunding(
  payloads: readonly EffectPayloads["fund"][],
  { db, edge }: Pick<World, "db" | "edge">,
): Promise<void> {
  const ids = [...new Set(payloads.flatMap(({ grants }) => grants))];
  const rows = await db
    .select()
    .from(creditGrants)
    .where(isAmong(creditGrants.id, ids))
    .orderBy(sql`id`);
  const accounts = Map.groupBy(rows, ({ workspace, environment, application: id, subscription }) =>
    JSON.stringify([ledgerName({ subject: "app", workspace, environment, id }), creditKey(subscription)]),
  );
  await Promise.all(
    [...accounts].map(([account, own]) => {
      const [ledger, key] = JSON.parse(account) as [string, string];
      return edge.fund(ledger, { key, grants: own.map(grantFor) });
    }),
  );
}

function grantFor({ id, edition: serial, units, priority, effectiveAt, expiresAt, voidedAt }: GrantRow): Grant {
  return { id, serial, units, priority, effectiveAt, expiresAt, voided: voidedAt !== null };
}
