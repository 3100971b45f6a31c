/** Whose calls a ledger counts: an application's, an organization's, all callers' of an API, or those of a hashed crowd of callers. */
export type LedgerSubject = "app" | "org" | "api" | "crowd";

export interface LedgerName {
  readonly subject: LedgerSubject;
  readonly workspace: string;
  readonly environment: string;
  readonly id: string;
}

/** The object's name, `app:ws_1:env_1:app_1`. Workspace and environment are in it, so no two tenants can share a ledger. */
export function ledgerName(name: LedgerName): string {
  return `${name.subject}:${name.workspace}:${name.environment}:${name.id}`;
}

/** The parts of a ledger's name, or null if it is not one. The id may hold colons, nothing else may. */
export function parseLedgerName(name: string): LedgerName | null {
  const parts = /^(app|org|api|crowd):([^:]+):([^:]+):(.+)$/s.exec(name);
  const [, subject, workspace, environment, id] = parts ?? [];
  if (subject === undefined || workspace === undefined || environment === undefined || id === undefined) return null;
  return { subject: subject as LedgerSubject, workspace, environment, id };
}
