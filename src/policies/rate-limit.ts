import * as z from "zod";
import type { Call, LimitDemand } from "../model/call.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { Limit, PlanLimits, type LimitDefinition } from "../model/limit.ts";
import { whenThere } from "../model/warm.ts";
import { counting, CountedBy, isFleeting, type Counted } from "./counted-by.ts";
import { definePolicy } from "./policy.ts";

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
    by: CountedBy.default("application").describe(
      "Whose calls are counted together: an application's (anonymous calls: an address's), a subscription's, an organization's, a credential's, all callers' of the API or of the operation, a client address's (IPv6: its /64), or those with the same value of a header, as { header: X-Tenant }. A list counts by all of its parts together, such as [application, operation].",
    ),
    mode: PlanLimits.shape.mode,
    onFailure: PlanLimits.shape.onFailure,
    shards: PlanLimits.shape.shards,
  })
  .refine(({ limits }) => limits.every((limit) => limit.algorithm !== "quota" || limit.anchor !== "subscription"), {
    message: "Only a plan's quotas have a subscription to be anchored on: leave anchor out.",
    path: ["limits"],
  })
  .refine(({ by, shards }) => !isFleeting(by) || shards === undefined, {
    message: "Addresses and headers are spread over many ledgers as it is: leave shards out.",
    path: ["shards"],
  })
  .refine(({ by, limits }) => !isFleeting(by) || limits.every((limit) => limit.algorithm !== "quota"), {
    message: "Addresses change hands within a month: use a window or a token bucket for them.",
    path: ["limits"],
  });
type RateLimitConfig = z.output<typeof RateLimitConfig>;

/** The operator's own limit beside the plan; counted in the application's ledger, it joins the plan's request. */
export const rateLimit = definePolicy({
  type: "rate-limit",
  summary: "Holds calls to the operator's own limits, by who calls, what is called, or both.",
  config: RateLimitConfig,
  role: "limiter",
  create(config, _services, binding) {
    const countedOf = counting(config.by);
    const definitionsOf = (suffix: string): LimitDefinition[] =>
      config.limits.map((limit) => ({
        key: `${binding.key}${suffix}/${limit.name}`,
        revision: binding.revision,
        limit,
      }));
    // Made once where all callers share them: the ledger's side knows such calls by identity.
    const shared = definitionsOf("");
    return (request, call, next) =>
      whenThere(countedOf(request, call), (counted) => {
        const definitions = counted.suffix === "" ? shared : definitionsOf(counted.suffix);
        call.demands.push(demandOf(call, counted, definitions, config));
        return next(request, call);
      });
  },
});

function demandOf(
  call: Call,
  { subject, id }: Counted,
  definitions: readonly LimitDefinition[],
  { mode, onFailure, shards = 1 }: RateLimitConfig,
): LimitDemand {
  const { workspace, environment } = call.match;
  return {
    ledger: ledgerName({ subject, workspace, environment, id }),
    shards,
    definitions,
    cost: call.units,
    variable: call.costOf !== null,
    mode,
    onFailure,
    // Only an application's own ledger hears of what is revoked.
    credential: subject === "app" ? (call.principal?.credential ?? "") : "",
  };
}
