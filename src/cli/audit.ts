/** @module `gatehouse audit`: the trail of changes, listed, exported, and verified link by link on the operator's machine. */
import { pipeline } from "node:stream/promises";
import { brokenLink, emptyChain, type AuditEntry, type ChainHead } from "../model/audit-chain.ts";
import { askedFor, readExport, readPage, readTrail, type AuditFilters, type AuditOptions } from "./audit-trail.ts";
import type { CommandResult } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { replaceFile } from "./replace-file.ts";
import { printable, type Terminal } from "./terminal.ts";
import { showTime } from "./times.ts";

/** The newest changes, one a line. */
export async function listAudit(
  options: AuditOptions & AuditFilters & { readonly limit: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const page = await readPage(login, options, { ...askedFor(options), limit: options.limit });
  const lines = page.items.map((entry) => renderEntry(entry, terminal));
  const more = page.cursor === null ? [] : [terminal.style("dim", "There are more: raise --limit, or narrow it.")];
  const text = lines.length === 0 ? "No change is as was asked for." : [...lines, ...more].join("\n");
  return { exitCode: 0, text, json: page };
}

/** Every change as was asked for, oldest first, one JSON object a line: to stdout, or to a file, once all are there. */
export async function exportAudit(
  options: AuditOptions & AuditFilters & { readonly out?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { out } = options;
  const login = await readLogin(options);
  let entries = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const entry of readTrail(login, options, askedFor(options))) {
      entries += 1;
      // Escapes what JSON need not: the line means the same, and steers no terminal.
      yield `${printable(JSON.stringify(entry))}\n`;
    }
  }
  if (out === undefined) {
    await terminal.progress("Exporting", () => pipeline(lines, process.stdout, { end: false }).catch(ignoreClosed));
    return { exitCode: 0, text: null, json: null };
  }
  await terminal.progress(`Exporting to ${out}`, () => replaceFile(out, lines).catch(explainWrite(out)));
  return { exitCode: 0, text: `${entries} ${entries === 1 ? "entry" : "entries"}.`, json: { entries, out } };
}

/** Whoever reads along may have seen enough, such as `head`. */
function ignoreClosed(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== "EPIPE") throw thrown;
}

/** Errors with a code are the file system's; all others tell for themselves. */
function explainWrite(out: string): (thrown: NodeJS.ErrnoException) => never {
  return (thrown) => {
    if (thrown.syscall === undefined) throw thrown;
    throw failure(`${out} cannot be written: ${thrown.message}.`, "Name another file with --out.");
  };
}

/** Whether each entry follows the one before it; names the first that does not. Exit code 1 if there is one. */
export async function verifyAudit(
  options: AuditOptions & { readonly in?: string; readonly head?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const known = options.head === undefined ? null : readHead(options.head);
  const entries = options.in === undefined ? readTrail(await readLogin(options), options, {}) : readExport(options.in);
  const source = options.in ?? (options.platform ? "the platform's trail" : "the workspace's trail");
  const { end, broken } = await terminal.progress(`Verifying ${source}`, () => follow(entries, known));
  if (options.in !== undefined && end.sequence === 0 && broken === null) {
    throw failure(`${options.in} holds no entry.`, "Give a file that gatehouse audit export has written.");
  }
  const json = { entries: end.sequence, end: `${end.sequence}:${end.hash}`, broken };
  if (broken !== null) {
    const sound = end.sequence === 0 ? "" : ` Up to entry ${end.sequence} it is as it was written.`;
    const text = `${terminal.style(["bold", "red"], "broken")} at entry ${broken.sequence}: ${broken.reason}${sound}\nCompare it with an export from before, and find out who may write to the database.`;
    return { exitCode: 1, text, json: { ok: false, ...json } };
  }
  const count = end.sequence === 1 ? "1 entry follows" : `${end.sequence} entries follow`;
  const keep =
    end.sequence === 0
      ? ""
      : `\nIts end is ${json.end}\nKeep that and give it as --head the next time: then nobody can have written the trail anew.`;
  return { exitCode: 0, text: `${terminal.style("green", "unbroken")}: ${count} from the first on.${keep}`, json };
}

interface Break {
  readonly sequence: number;
  readonly reason: string;
}

async function follow(
  entries: AsyncIterable<AuditEntry>,
  known: ChainHead | null,
): Promise<{ readonly end: ChainHead; readonly broken: Break | null }> {
  let end = emptyChain;
  let workspace: string | null = null;
  for await (const entry of entries) {
    workspace ??= entry.workspace;
    const reason =
      entry.workspace === workspace
        ? ((await brokenLink(end, entry)) ?? unlike(known, entry))
        : `It belongs to the trail of ${entry.workspace}, and this is that of ${workspace}.`;
    if (reason !== null) return { end, broken: { sequence: entry.sequence, reason } };
    end = { sequence: entry.sequence, hash: entry.hash };
  }
  if (known === null || known.sequence <= end.sequence) return { end, broken: null };
  const reason = `The trail ends before it, though --head says that it was there.`;
  return { end, broken: { sequence: end.sequence + 1, reason } };
}

function unlike(known: ChainHead | null, { sequence, hash }: AuditEntry): string | null {
  return known?.sequence !== sequence || known.hash === hash
    ? null
    : "It is another entry than the one that --head tells of: the trail was written anew.";
}

function readHead(text: string): ChainHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence !== undefined && hash !== undefined) return { sequence: Number(sequence), hash };
  throw failure(`“${text}” is no end of a trail.`, "Give --head as gatehouse audit verify printed it: 42:<hash>.");
}

function renderEntry(entry: AuditEntry, { style }: Terminal): string {
  return [
    style("dim", String(entry.sequence).padStart(5)),
    showTime(entry.at),
    style("bold", entry.action.padEnd(24)),
    `${entry.targetKind} ${entry.target}`,
    style("dim", `by ${entry.actor}`),
  ].join("  ");
}
