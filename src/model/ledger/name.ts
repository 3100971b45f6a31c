/** Whose calls a ledger counts: an application's, an organization's, all callers' of an API, or those of a hashed crowd of callers. */
export type LedgerSubject = "app" | "org" | "api" | "crowd";

export interface LedgerName {
  readonly subject: LedgerSubject;
  readonly workspace: string;
  readonly environment: string;
  readonly id: string;
  /** One of several objects between its isolates and the ledger; none: it is the ledger itself. */
  readonly shard?: number;
}

/** The object's name, `app:ws_1:env_1:app_1`. Workspace and environment are in it, so no two tenants can share a ledger. */
export function ledgerName(name: LedgerName): string {
  const ledger = `${name.subject}:${name.workspace}:${name.environment}:${name.id}`;
  return name.shard === undefined ? ledger : shardName(ledger, name.shard);
}

/** The name of a ledger's shard, `app:ws_1:env_1:app_1#2`. */
export const shardName = (ledger: string, shard: number): string => `${ledger}#${shard}`;

/** The ledger that a shard has its units from; null: the name is no shard's. */
export function ledgerAbove(name: string): string | null {
  return /^(.+)#\d+$/s.exec(name)?.[1] ?? null;
}

/** The parts of a ledger's or a shard's name, or null if it is neither. The id may hold colons, nothing else may. */
export function parseLedgerName(name: string): LedgerName | null {
  const parts = /^(app|org|api|crowd):([^:]+):([^:]+):(.+?)(?:#(\d+))?$/s.exec(name);
  const [, subject, workspace, environment, id, shard] = parts ?? [];
  if (subject === undefined || workspace === undefined || environment === undefined || id === undefined) return null;
  const place = shard === undefined ? {} : { shard: Number(shard) };
  return { subject: subject as LedgerSubject, workspace, environment, id, ...place };
}
