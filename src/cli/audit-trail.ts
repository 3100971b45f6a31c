/** @module Where `gatehouse audit` gets entries from: the management API, page by page, or an export. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import { AuditEntry } from "../model/audit-chain.ts";
import type { RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import type { Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readTime } from "./times.ts";

export interface AuditOptions extends RemoteOptions {
  readonly platform: boolean;
}

export interface AuditFilters {
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly kind?: string;
  readonly search?: string;
  readonly from?: string;
  readonly to?: string;
}

const AuditPage = z.object({ items: z.array(AuditEntry), cursor: z.string().nullable() });
type AuditPage = z.output<typeof AuditPage>;
/** As many as the server gives at once. */
const pageMax = 1_000;

/** The whole trail, or what is asked for of it, oldest first. */
export async function* readTrail(
  login: Login,
  options: AuditOptions,
  filters: Readonly<Record<string, string>>,
): AsyncGenerator<AuditEntry> {
  let cursor: string | null = null;
  do {
    const more: Record<string, string> = cursor === null ? {} : { cursor };
    const page: AuditPage = await readPage(login, options, {
      ...filters,
      order: "oldest",
      limit: String(pageMax),
      ...more,
    });
    yield* page.items;
    ({ cursor } = page);
  } while (cursor !== null);
}

export async function readPage(
  login: Login,
  options: AuditOptions,
  asked: Readonly<Record<string, string>>,
): Promise<AuditPage> {
  const path = `${options.platform ? "/platform/audit" : "/audit"}?${new URLSearchParams(asked).toString()}`;
  const answer = await callManagement(login, { method: "GET", path, workspace: options.workspace });
  return parsed(answer, AuditPage, login);
}

/** An export, line by line. */
export async function* readExport(path: string): AsyncGenerator<AuditEntry> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() !== "") yield AuditEntry.parse(JSON.parse(line));
    }
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) {
      throw failure(
        `${path}:${number} is no entry of a trail.`,
        "Give a file that gatehouse audit export has written.",
      );
    }
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw failure(`${path} cannot be read: ${why}.`, "Check the path.");
  }
}

/** Filters as the server takes them. */
export function askedFor({ action, actor, target, kind, search, from, to }: AuditFilters): Record<string, string> {
  const asked = { action, actor, target, targetKind: kind, search, from: time("from", from), to: time("to", to) };
  return Object.fromEntries(Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function time(flag: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(readTime(flag, text));
}
