/** @module `gatehouse usage reconcile`: the ledgers beside the stored totals, repaired where they differ. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin, type Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";

const counts = z.object({ calls: z.int(), units: z.int() });
const difference = z.object({ hours: z.int(), calls: z.int(), units: z.int() });
const Reconciled = z.looseObject({
  ledger: z.string(),
  hours: z.int(),
  counted: counts,
  stored: counts,
  before: difference,
  repaired: z.int(),
  after: difference,
});
type Reconciled = z.output<typeof Reconciled>;
const Page = z.object({ items: z.array(Reconciled), cursor: z.string().nullable() });

export interface ReconcileOptions extends RemoteOptions {
  readonly application?: string;
}

/** Exit code 1 while a difference remains. */
export async function reconcileUsage(options: ReconcileOptions, terminal: Terminal): Promise<CommandResult> {
  const items = await readAll(await readLogin(options), options);
  const left = items.reduce((sum, { after }) => sum + after.hours, 0);
  const words = sentence(items, left);
  const result = { exitCode: left === 0 ? 0 : 1, json: { items, difference: left > 0 } } as const;
  if (items.length === 0) return { ...result, text: words };
  const head = ["LEDGER", "HOURS", "CALLS", "STORED", "DIFFERENCE", "REPAIRED", "LEFT"];
  const rows = items.map(({ ledger, hours, counted, stored, before, repaired, after }) => [
    ledger,
    number(hours),
    number(counted.calls),
    number(stored.calls),
    differing(before),
    repaired === 0 ? "–" : inWords(repaired, "hour"),
    differing(after),
  ]);
  return { ...result, text: [renderTable(head, rows, terminal, 1), words].join("\n") };
}

/** Page by page: each has its ledgers compared by then. */
async function readAll(login: Login, { application, workspace }: ReconcileOptions): Promise<Reconciled[]> {
  const items: Reconciled[] = [];
  let query: string | null = "";
  while (query !== null) {
    const body = application === undefined ? {} : { application };
    const request = { method: "POST", path: `/usage/reconcile${query}`, body, workspace } as const;
    const page: z.output<typeof Page> = parsed(await callManagement(login, request), Page, login);
    items.push(...page.items);
    query = page.cursor === null ? null : `?${new URLSearchParams({ cursor: page.cursor }).toString()}`;
  }
  return items;
}

const number = (value: number): string => value.toLocaleString("en-GB");

const inWords = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Calls; units where only they differ; hours where only the number of reports does. */
function differing({ hours, calls, units }: Reconciled["before"]): string {
  if (hours === 0) return "–";
  if (calls > 0) return inWords(calls, "call");
  return units > 0 ? inWords(units, "unit") : inWords(hours, "hour");
}

/** `12 ledgers, 3,201 calls: no difference.` */
function sentence(items: readonly Reconciled[], left: number): string {
  const calls = items.reduce((sum, { counted }) => sum + counted.calls, 0);
  const repaired = items.reduce((sum, item) => sum + item.repaired, 0);
  const what = `${inWords(items.length, "ledger")}, ${inWords(calls, "call")}`;
  if (left > 0) return `${what}: ${inWords(left, "hour")} still differ${left === 1 ? "s" : ""}.`;
  return repaired === 0
    ? `${what}: no difference.`
    : `${what}: no difference any more, ${inWords(repaired, "hour")} ${repaired === 1 ? "was" : "were"} sent again.`;
}
