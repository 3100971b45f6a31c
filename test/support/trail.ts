import { auditHash, type AuditEntry } from "../../src/model/audit-chain.ts";

/** Entries as they are written, each on the one before it. */
export async function trail(length: number, workspace = "default"): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const entry = {
      workspace,
      sequence,
      at: 1_795_000_000_000 + sequence,
      actorKind: "token",
      actor: "tok_1",
      action: "update-api",
      targetKind: "api",
      target: "api_1",
      targetVersion: sequence,
      before: sequence === 1 ? null : { name: `Books ${sequence - 1}` },
      after: { name: `Books ${sequence}`, nested: { b: 1, a: [2, null] } },
      requestId: `req_${sequence}`,
      previousHash: entries.at(-1)?.hash ?? "",
    };
    entries.push({ ...entry, hash: await auditHash(entry) });
  }
  return entries;
}
