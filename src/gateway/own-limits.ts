/**
 * @module `/.well-known/limits`: what an application has left, told to whoever holds its key. Asking spends nothing and is no
 * call of any API: it is neither counted nor logged. An API that has a route of this address has it for itself.
 */
import { ledgerName } from "../model/ledger/name.ts";
import { creditViews, limitViews, subscribedLimits } from "../model/limit-view.ts";
import { Problem } from "../model/problem.ts";
import { recent } from "../model/recent.ts";
import type { ApplicationRecord, CredentialRecord } from "../model/records.ts";
import type { GatewayDirectory, Lookup } from "./directory.ts";
import type { GatewayPorts } from "./ports.ts";

export const limitsPath = "/.well-known/limits";

/** An answer is good for so long: whoever asks in a loop costs no more than one question a second to the ledger. */
const freshMs = 1_000;
const rememberedMax = 1_000;

export interface OwnLimits {
  /** Throws the Problem that refuses. `key` is what the request presents, or null. */
  answer(request: Request, key: string | null, lookup: Lookup): Promise<Response>;
}

/** What bars it by its record, which may be ahead of its ledger. */
function barredBy({ suspended, unpaid }: ApplicationRecord): "unpaid" | "suspended" | null {
  if (!suspended) return null;
  return unpaid ? "unpaid" : "suspended";
}

type Ports = Pick<GatewayPorts, "ledger" | "now">;

export function createOwnLimits(directory: GatewayDirectory, ports: Ports): OwnLimits {
  const told = recent<{ readonly at: number; readonly body: string }>(rememberedMax);

  async function bodyFor(
    credential: CredentialRecord,
    application: ApplicationRecord,
    lookup: Lookup,
  ): Promise<string> {
    const { workspace, environment } = credential;
    const ledger = ledgerName({ subject: "app", workspace, environment, id: application.id });
    const before = told.get(ledger);
    const now = ports.now();
    if (before !== undefined && now >= before.at && now - before.at < freshMs) return before.body;
    const [snapshot, plans] = await Promise.all([
      ports.ledger.peek(ledger).catch((cause: unknown) => {
        throw new Problem("limits-unavailable", {
          detail: "The ledger that counts your calls cannot be reached at the moment. Try again in a moment.",
          headers: { "Retry-After": "1" },
          cause,
        });
      }),
      Promise.all(application.subscriptions.map(async ({ plan }) => directory.plan(plan, lookup))),
    ]);
    const subscribed = application.subscriptions.flatMap((subscription, index) => {
      const plan = plans[index] ?? null;
      if (plan === null) return [];
      return [subscribedLimits(subscription, plan, now)];
    });
    const verdict = barredBy(application) ?? snapshot.verdict?.kind ?? null;
    const limits = limitViews(snapshot, subscribed, now);
    const credits = creditViews(snapshot, subscribed);
    const body = JSON.stringify({ application: application.id, verdict, limits, credits });
    told.set(ledger, { at: now, body });
    return body;
  }

  return {
    async answer({ method }, key, lookup) {
      if (method !== "GET" && method !== "HEAD") {
        throw new Problem("method-not-allowed", {
          detail: `${limitsPath} is read with GET.`,
          headers: { Allow: "GET, HEAD" },
        });
      }
      if (key === null) {
        throw new Problem("credential-missing", {
          detail: "Send the key of an application, as Authorization: Bearer or as X-Api-Key, to read what it has left.",
          headers: { "WWW-Authenticate": 'Bearer realm="limits"' },
        });
      }
      const credential = await directory.credential(key, lookup);
      const isUsable =
        credential !== null &&
        !credential.revoked &&
        (credential.expiresAt === null || credential.expiresAt > ports.now());
      const application = isUsable ? await directory.application(credential.application, lookup) : null;
      if (!isUsable || application === null) {
        throw new Problem("credential-invalid", {
          detail: "The key is not valid, or not any more. Use another one.",
          headers: { "WWW-Authenticate": 'Bearer realm="limits", error="invalid_token"' },
        });
      }
      const body = await bodyFor(credential, application, lookup);
      return new Response(method === "HEAD" ? null : body, {
        headers: {
          "content-type": "application/json",
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
        },
      });
    },
  };
}
