/** @module `gatehouse limits`: what is left of an application's limits, as its ledger counts them. Asking spends nothing. */
import * as z from "zod";
import { CreditView, LimitView } from "../model/limit-view.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";

const Answer = z.looseObject({
  verdict: z.string().nullable(),
  limits: z.array(LimitView),
  credits: z.array(CreditView).default([]),
});

export async function limits(
  application: string,
  options: RemoteOptions & { readonly environment: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const environment = encodeURIComponent(options.environment);
  const path = `/applications/${encodeURIComponent(application)}/limits?environment=${environment}`;
  const answer = parsed(
    await callManagement(login, { method: "GET", path, workspace: options.workspace }),
    Answer,
    login,
  );
  const barred =
    answer.verdict === null
      ? []
      : [terminal.style("yellow", `It is ${answer.verdict}: none of its calls is admitted, whatever is left.`)];
  const paid = answer.credits
    .filter(({ isPaid }) => isPaid)
    .map(({ plan, available, reserved }) => {
      return `Plan ${plan}: ${available.toLocaleString("en-GB")} units of prepaid credit are left, ${reserved.toLocaleString("en-GB")} more are held.`;
    });
  if (answer.limits.length === 0) {
    const unlimited = paid.length === 0 ? ["Nothing limits it here."] : [];
    return { exitCode: 0, text: [...barred, ...paid, ...unlimited].join("\n"), json: answer };
  }
  const rows = answer.limits.map((limit) => [
    limit.name,
    limit.plan === null ? `policy ${limit.policy ?? ""}` : `plan ${limit.plan}`,
    limit.algorithm,
    // What was given instead of what the plan says, is marked.
    `${limit.max.toLocaleString("en-GB")}${limit.override === null ? "" : "*"}`,
    limit.remaining.toLocaleString("en-GB"),
    limit.algorithm === "concurrency" ? "–" : duration(limit.resetMs),
    ...[limit.leased, limit.orphaned].map((units) => units.toLocaleString("en-GB")),
  ]);
  const head = ["LIMIT", "OF", "COUNTED BY", "ALLOWS", "LEFT", "RESETS IN", "LEASED", "ORPHANED"];
  return { exitCode: 0, text: [...barred, ...paid, renderTable(head, rows, terminal, 3)].join("\n"), json: answer };
}

/** `35 s`, `12 min`, `7 h`, `19 days`: the two sides of a limit are seconds and months. */
function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.ceil(seconds / 3_600)} h`;
  return `${Math.ceil(seconds / 86_400)} days`;
}
