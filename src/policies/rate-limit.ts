import * as z from "zod";
import type { Call, LimitDemand } from "../model/call.ts";
import { ledgerName, type LedgerName } from "../model/ledger/name.ts";
import { Limit, PlanLimits } from "../model/limit.ts";
import { clientOf } from "./client-address.ts";
import { type Binding, definePolicy } from "./policy.ts";

/**
 * Ledgers that share the addresses of an environment out among them. An address has limits of its own in one of them;
 * the number only spreads the load, so that a flood of addresses meets many objects and a quiet service few.
 */
const crowds = 1_024;

const RateLimitConfig = z
  .strictObject({
    limits: z
      .array(Limit)
      .min(1)
      .max(8)
      .refine((limits) => new Set(limits.map((limit) => limit.name)).size === limits.length, {
        message: "Two limits share a name. Give each its own.",
      })
      .describe("What is allowed; all of the limits must admit a call."),
    by: z
      .enum(["application", "api", "address"])
      .default("application")
      .describe(
        "Whose calls are counted together: an application's (anonymous calls: an address's), all callers' of the API, or a client address's (IPv6: its /64).",
      ),
    mode: PlanLimits.shape.mode,
    onFailure: PlanLimits.shape.onFailure,
  })
  .refine(({ limits }) => limits.every((limit) => limit.algorithm !== "quota" || limit.anchor !== "subscription"), {
    message: "Only a plan's quotas have a subscription to be anchored on: leave anchor out.",
    path: ["limits"],
  })
  .refine((config) => config.by !== "address" || config.limits.every((limit) => limit.algorithm !== "quota"), {
    message: "Addresses change hands within a month: use a window or a token bucket for them.",
    path: ["limits"],
  });
type RateLimitConfig = z.output<typeof RateLimitConfig>;

/** The operator's own limit beside the plan; counted in the application's ledger, it joins the plan's request. */
export const rateLimit = definePolicy({
  type: "rate-limit",
  summary: "Holds calls to the operator's own limits, by application, API or client address.",
  config: RateLimitConfig,
  role: "limiter",
  create(config, _services, binding) {
    return async (request, call, next) => {
      call.demands.push(await demandOf(call, config, binding));
      return next(request, call);
    };
  },
});

async function demandOf(call: Call, config: RateLimitConfig, binding: Binding): Promise<LimitDemand> {
  const { subject, id, suffix } = await subjectOf(call, config.by);
  const { workspace, environment } = call.match;
  return {
    ledger: ledgerName({ subject, workspace, environment, id }),
    definitions: config.limits.map((limit) => ({
      key: `${binding.key}${suffix}/${limit.name}`,
      revision: binding.revision,
      limit,
    })),
    cost: call.units,
    variable: call.costOf !== null,
    mode: config.mode,
    onFailure: config.onFailure,
    // Only an application's own ledger hears of what is revoked.
    credential: subject === "app" ? (call.principal?.credential ?? "") : "",
  };
}

type Counted = Pick<LedgerName, "subject" | "id"> & { readonly suffix: string };

async function subjectOf(call: Call, by: RateLimitConfig["by"]): Promise<Counted> {
  if (by === "api") return { subject: "api", id: call.match.api.id, suffix: "" };
  if (by === "application" && call.principal !== null) {
    return { subject: "app", id: call.principal.application, suffix: "" };
  }
  return crowdOf(call.clientAddress);
}

/**
 * The address's place: its hash names the limits, so that no two addresses share one, and the ledger they lie in. The
 * hash bounds the length, it hides nothing from someone who can try all addresses. Clients without a known address share
 * one place.
 */
async function crowdOf(address: string): Promise<Counted> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(clientOf(address)));
  const view = new DataView(digest);
  const hash = view.getBigUint64(0).toString(16).padStart(16, "0");
  return { subject: "crowd", id: String(view.getUint16(0) % crowds), suffix: `@${hash}` };
}
