/** @module `gatehouse credit`: what is left of an application's prepaid credit, how it was moved, and more of it. */
import * as z from "zod";
import { CreditView } from "../model/limit-view.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin, type Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readPages } from "./read-pages.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { readTime, showTime } from "./times.ts";

type CreditOptions = RemoteOptions & { readonly environment: string; readonly product?: string };

export type GrantOptions = CreditOptions & {
  readonly from?: string;
  readonly expires?: string;
  readonly priority?: string;
  readonly note?: string;
};

const Subscription = z.looseObject({ id: z.string(), product: z.string(), state: z.string() });
const Grant = z.looseObject({ id: z.string(), units: z.int(), voidedAt: z.int().nullable() });
const Journal = z.looseObject({
  items: z.array(
    z.looseObject({
      at: z.int(),
      grant: z.string().nullable(),
      debit: z.string(),
      credit: z.string(),
      cause: z.string(),
      units: z.int(),
    }),
  ),
});

const count = (units: number): string => units.toLocaleString("en-GB");

/** The application's subscription: of the product, or the only one that it has. */
async function subscriptionOf(login: Login, application: string, options: CreditOptions): Promise<string> {
  const asked = { application, ...(options.product === undefined ? {} : { product: options.product }) };
  const all = await readPages(login, "/subscriptions", Subscription, options, asked);
  const usable = all.filter(({ state }) => state === "active" || state === "pending");
  const [first, ...others] = usable.length > 0 ? usable : all;
  if (first === undefined) {
    throw failure(`${application} has no such subscription.`, "Subscribe it to a product first.");
  }
  if (others.length > 0) {
    throw failure(
      `${application} has ${others.length + 1} subscriptions.`,
      "Name the product of the one that is meant with --product.",
    );
  }
  return first.id;
}

const at = (subscription: string, { environment }: CreditOptions, name = ""): string =>
  `/subscriptions/${encodeURIComponent(subscription)}/credit${name}?environment=${encodeURIComponent(environment)}`;

export async function showCredit(
  application: string,
  options: CreditOptions,
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const path = at(await subscriptionOf(login, application, options), options);
  const { workspace } = options;
  const credit = parsed(await callManagement(login, { method: "GET", path, workspace }), CreditView.loose(), login);
  const lines = [`${count(credit.available)} units are left, and calls hold ${count(credit.reserved)} more.`];
  if (!credit.isPaid) {
    lines.push(terminal.style("yellow", `The plan ${credit.plan} does not ask for credit: none of it is used.`));
  }
  if (credit.writtenOff > 0) lines.push(`Calls cost ${count(credit.writtenOff)} units beyond all that there was.`);
  if (credit.grants.length > 0) {
    const rows = credit.grants.map((grant) => [
      grant.id,
      grant.state,
      grant.expiresAt === null ? "never" : showTime(grant.expiresAt),
      String(grant.priority),
      ...[
        grant.units,
        grant.available + grant.pending,
        grant.reserved,
        grant.consumed,
        grant.expired + grant.voided,
      ].map(count),
    ]);
    const head = ["GRANT", "STATE", "ENDS (UTC)", "PRIORITY", "UNITS", "LEFT", "HELD", "USED", "LOST"];
    lines.push("", renderTable(head, rows, terminal, 3));
  }
  return { exitCode: 0, text: lines.join("\n"), json: credit };
}

export async function listCreditJournal(
  application: string,
  options: CreditOptions & { readonly limit: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const subscription = await subscriptionOf(login, application, options);
  const path = `${at(subscription, options, "/journal")}&limit=${encodeURIComponent(options.limit)}`;
  const { workspace } = options;
  const journal = parsed(await callManagement(login, { method: "GET", path, workspace }), Journal, login);
  if (journal.items.length === 0) return { exitCode: 0, text: "Nothing was moved yet.", json: journal };
  const rows = journal.items.map(({ at: hour, grant, debit, credit, cause, units }) => [
    showTime(hour).slice(0, 16),
    grant ?? "–",
    cause,
    credit,
    debit,
    count(units),
  ]);
  const head = ["HOUR (UTC)", "GRANT", "CAUSE", "FROM", "TO", "UNITS"];
  return { exitCode: 0, text: renderTable(head, rows, terminal, 5), json: journal };
}

export async function grantCredit(application: string, units: string, options: GrantOptions): Promise<CommandResult> {
  const login = await readLogin(options);
  const { environment, from, expires, priority, note, workspace } = options;
  const body = {
    environment,
    units: readUnits("units", units),
    ...(from === undefined ? {} : { effectiveAt: readTime("from", from) }),
    ...(expires === undefined ? {} : { expiresAt: readTime("expires", expires) }),
    ...(priority === undefined ? {} : { priority: readUnits("priority", priority) }),
    ...(note === undefined ? {} : { note }),
  };
  const path = `/subscriptions/${encodeURIComponent(await subscriptionOf(login, application, options))}/grants`;
  const grant = parsed(await callManagement(login, { method: "POST", path, body, workspace }), Grant, login);
  return { exitCode: 0, text: `Granted ${count(grant.units)} units to ${application} (${grant.id}).`, json: grant };
}

function readUnits(name: string, text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw failure(`${text} is no number of ${name}.`, "Write a whole number, such as 1000.");
}

export async function voidCredit(id: string, options: RemoteOptions): Promise<CommandResult> {
  const login = await readLogin(options);
  const path = `/grants/${encodeURIComponent(id)}/void`;
  const { workspace } = options;
  const grant = parsed(await callManagement(login, { method: "POST", path, body: {}, workspace }), Grant, login);
  return { exitCode: 0, text: `What was left of ${grant.id} is taken back.`, json: grant };
}
