import type { CommandResult, ServerOptions } from "./command.ts";
import { loadFile } from "./load-file.ts";
import { readLogin } from "./login.ts";
import { planFile } from "./management.ts";
import { findingsJson } from "./render-findings.ts";
import { renderPlan } from "./render-plan.ts";
import type { Terminal } from "./terminal.ts";

/** Shows what applying the file would change. Exit code 2 if it would change anything. */
export async function diff(
  options: ServerOptions & { readonly prune: boolean },
  terminal: Terminal,
): Promise<CommandResult> {
  const loaded = await terminal.progress(`Checking ${options.file}`, () => loadFile(options.file));
  const login = await readLogin(options);
  const plan = await terminal.progress(`Comparing with ${login.server}`, () => planFile(login, loaded, options.prune));
  const drift = plan.changes.length > 0;
  return {
    exitCode: drift ? 2 : 0,
    text: renderPlan(plan, terminal),
    json: { drift, ...plan, findings: findingsJson([...loaded.warnings, ...loaded.locate(plan.findings)]) },
  };
}
