import { passesBeyond, windowMsOf, type Limit, type PlanLimits } from "../model/limit.ts";
import { rateLimitPolicyField } from "../model/rate-limit-fields.ts";
import { limitFigure, limitSubject } from "../ui/wording.ts";
import type { OfferedPlan } from "./offer.ts";

/** Plans side by side, their limits in words: a row for each thing that any of them limits. */
export function PlanTable({ plans, product }: { readonly plans: readonly OfferedPlan[]; readonly product: string }) {
  const limits = plans.flatMap((plan) => plan.limits.limits).toSorted((one, other) => spanOf(one) - spanOf(other));
  const subjects = [...new Set(limits.map(limitSubject))];
  const rows: (readonly [string, (plan: OfferedPlan) => string])[] = [
    ...subjects.map((subject) => [subject, (plan: OfferedPlan) => figureFor(plan, subject)] as const),
    ...(plans.some(isPrepaid) ? [["Paid from", paidFrom] as const] : []),
    ["When you reach it", whenReached],
    ["Counting", (plan) => (plan.limits.mode === "exact" ? "Exact" : "Never above; a tenth may lie idle")],
  ];
  return (
    <table class="table plans" role="table">
      <caption class="hidden">Plans of {product}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <td role="cell"></td>
          {plans.map((plan) => (
            <th scope="col" role="columnheader">
              <span class="plan-name">{plan.name}</span>
              {plan.description === "" ? null : <span class="small">{plan.description}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(([head, cell]) => (
          <tr role="row">
            <th scope="row" role="rowheader">
              {head}
            </th>
            {plans.map((plan) => (
              <td role="cell">{cell(plan)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const dayMs = 86_400_000;
/** About how long each is. */
const periodDays = { hour: 1 / 24, day: 1, week: 7, month: 30, year: 365 } as const;

/** For the order of the rows: the shortest first, calls at the same time last. */
function spanOf(limit: Limit): number {
  if (limit.algorithm === "quota") return periodDays[limit.period] * dayMs;
  return windowMsOf(limit) ?? Number.MAX_VALUE;
}

const isPrepaid = ({ limits: { credit } }: OfferedPlan): boolean => credit !== undefined;

const paidFrom = (plan: OfferedPlan): string => (isPrepaid(plan) ? "Prepaid credit, until it is used up" : "–");

function whenReached({ limits: { limits } }: OfferedPlan): string {
  if (limits.length === 0) return "–";
  return limits.every(passesBeyond) ? "Nothing is refused" : "Refused until it opens again";
}

function figureFor(plan: OfferedPlan, subject: string): string {
  const limits = plan.limits.limits.filter((limit) => limitSubject(limit) === subject);
  return limits.length === 0 ? "No limit" : limits.map(limitFigure).join("; ");
}

/** The header in which every answer names the limits. */
export function limitHeader(plan: PlanLimits): string {
  if (plan.limits.length === 0) return "";
  const standings = plan.limits.map((limit) => ({
    name: limit.name,
    limit,
    remaining: limit.callsMax,
    resetMs: 0,
    partition: null,
  }));
  return `RateLimit-Policy: ${rateLimitPolicyField(standings).replaceAll(", ", ",\n  ")}`;
}
