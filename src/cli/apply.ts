import { createInterface } from "node:readline/promises";
import type { PlatformPlan } from "../catalog/platform-file/platform-plan.ts";
import type { CommandResult, ServerOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { loadFile } from "./load-file.ts";
import { readLogin } from "./login.ts";
import { applyFile, planFile } from "./management.ts";
import { findingsJson } from "./render-findings.ts";
import { renderPlan, renderSummary } from "./render-plan.ts";
import type { Terminal } from "./terminal.ts";

/** Shows the plan, asks (unless --yes), and makes it so: all of it or nothing. */
export async function apply(
  options: ServerOptions & { readonly yes: boolean; readonly prune: boolean },
  terminal: Terminal,
): Promise<CommandResult> {
  const loaded = await terminal.progress(`Checking ${options.file}`, () => loadFile(options.file));
  const login = await readLogin(options);
  const plan = await terminal.progress(`Comparing with ${login.server}`, () => planFile(login, loaded, options.prune));
  const findings = findingsJson([...loaded.warnings, ...loaded.locate(plan.findings)]);
  if (plan.changes.length === 0) {
    return { exitCode: 0, text: renderSummary(plan), json: { ...plan, findings } };
  }
  if (!options.yes) await confirm(plan, terminal);
  const applied = await terminal.progress(
    `Applying ${plan.changes.length} ${plan.changes.length === 1 ? "change" : "changes"}`,
    () => applyFile(login, loaded, plan.planId, options.prune),
  );
  const text = options.yes ? renderPlan(plan, terminal) : renderSummary(plan);
  return { exitCode: 0, text: `${text}\nApplied.`, json: { ...applied, findings } };
}

async function confirm(plan: PlatformPlan, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw failure(
      "Nobody is here to be asked.",
      "Look at the changes with gatehouse diff, then apply them with --yes.",
    );
  }
  terminal.tell(`${renderPlan(plan, terminal)}\n`);
  const gone = plan.changes.filter(({ kind }) => kind === "delete").length;
  const asked = gone === 0 ? "Apply these changes?" : `Apply these changes, and delete ${gone} for good?`;
  if (!/^y(?:es)?$/i.test((await question(`${asked} Type yes: `)).trim())) {
    throw failure("Nothing was changed.", "Run the command again when you are ready.");
  }
}

/** The answer; empty if the person left instead (Ctrl-C, Ctrl-D). */
async function question(text: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  reader.once("close", () => left.abort());
  try {
    return await reader.question(text, { signal: left.signal });
  } catch {
    process.stderr.write("\n");
    return "";
  } finally {
    reader.close();
  }
}
