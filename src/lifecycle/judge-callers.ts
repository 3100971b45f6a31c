import { eq } from "drizzle-orm";
import { environments } from "../../schema/workspaces.ts";
import type { RecordRef, World } from "../actions/context.ts";
import type { Judgement } from "../model/ledger/messages.ts";
import { ledgerName } from "../model/ledger/name.ts";
import type { ApplicationRecord, CredentialRecord, RecordKind, RecordTypes } from "../model/records.ts";

/**
 * Tells the ledgers of applications whose right to call, or whose credential's, has changed what it is as of this sequence: so
 * that it holds at the next call where every call asks, and within a lease's life where they do not, whatever becomes of the
 * signal. `records` are those of `refs`, as of the sequence `serial`. May come twice and late: the greatest wins.
 */
export async function judgeCallers(
  world: Pick<World, "db" | "edge">,
  refs: readonly RecordRef[],
  records: readonly { readonly kind: RecordKind; readonly record: RecordTypes[RecordKind] | null }[],
  serial: number,
): Promise<void> {
  const judged = records.filter((_record, index) => refs[index]?.isJudged === true);
  await Promise.all(
    judged.map(async ({ kind, record }) => {
      if (record === null) return;
      if (kind === "key") await judgeCredential(world, record as CredentialRecord, serial);
      if (kind === "application") await judgeApplication(world, record as ApplicationRecord, serial);
    }),
  );
}

function judgeCredential({ edge }: Pick<World, "edge">, record: CredentialRecord, serial: number): Promise<void> {
  const { workspace, environment, application, id: credential, revoked: holds } = record;
  const ledger = ledgerName({ subject: "app", workspace, environment, id: application });
  return edge.judge(ledger, { kind: "revoked", credential, serial, holds });
}

/** It has a ledger in each environment. */
async function judgeApplication(
  { db, edge }: Pick<World, "db" | "edge">,
  { workspace, id, suspended, unpaid }: ApplicationRecord,
  serial: number,
): Promise<void> {
  const rows = await db.select({ id: environments.id }).from(environments).where(eq(environments.workspace, workspace));
  await Promise.all(
    rows.map(async (environment) => {
      const ledger = ledgerName({ subject: "app", workspace, environment: environment.id, id });
      const judgements: Judgement[] = [
        { kind: "suspended", serial, holds: suspended && !unpaid },
        { kind: "unpaid", serial, holds: unpaid },
      ];
      // What holds comes before what is lifted, or nothing would hold in between.
      for (const judgement of judgements.toSorted((a, b) => Number(b.holds) - Number(a.holds))) {
        await edge.judge(ledger, judgement);
      }
    }),
  );
}
