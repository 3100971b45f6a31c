/**
 * @module Composition: policy entries become one handler, built once per isolate and route, then only called.
 *
 * `global ∘ workspace ∘ revision ∘ operation ∘ upstream`; within each, list order. Nothing is skipped in silence: an
 * unknown type or a wrong config throws here, and so at compile time, before anything is published. Every layer catches
 * and renders, so that `next` never rejects and outer policies see refusals as the responses they are.
 */
import type { Call, PolicyOrigin, Step } from "../model/call.ts";
import type { PolicyEntry, When } from "../model/policy-entry.ts";
import { Problem } from "../model/problem.ts";
import { policyOf } from "../policies/index.ts";
import type { Handler, Policy, PolicyDefinition } from "../policies/policy.ts";
import type { Services } from "../policies/services.ts";
import { headerOf } from "../policies/taken-headers.ts";

/** A policy entry with where it comes from. */
export interface Placed {
  readonly entry: PolicyEntry;
  readonly origin: PolicyOrigin;
  /** Whose list it is: `global`, a workspace's or a version's id. With the entry's id it names the binding's limits. */
  readonly owner: string;
  readonly revision: number;
}

/** What composing needs of the engine around it. */
export interface Engine {
  readonly services: Services;
  /** Asks the ledgers for all that the limiters before it demanded, then goes on; throws to refuse. */
  readonly admit: Policy;
  /** Renders a problem in the caller's dialect. Never rejects. */
  refuse(problem: Problem, call: Call): Promise<Response>;
}

export function compose(placed: readonly Placed[], engine: Engine, upstream: Handler): Handler {
  const enabled = placed.filter(({ entry }) => entry.enabled);
  const links: Link[] = withPlan(enabled).map((one) => linkOf(one, engine.services));
  let handler = layer(upstream, engine);
  for (let index = links.length - 1; index >= 0; index -= 1) {
    const link = links[index];
    if (link === undefined) continue;
    // Limiters that stand side by side are asked together, once, behind the last of them.
    if (isLimiter(link) && !isLimiter(links[index + 1])) handler = admission(engine, handler);
    handler = link.entry.mode === "shadow" ? shadowed(link, engine, handler) : enforced(link, engine, handler);
  }
  return handler;
}

interface Link {
  readonly entry: PolicyEntry;
  readonly origin: PolicyOrigin;
  readonly definition: PolicyDefinition;
  readonly policy: Policy;
}

const isLimiter = (link: Link | undefined): boolean => link?.definition.role === "limiter";

function linkOf({ entry, origin, owner, revision }: Placed, services: Services): Link {
  const definition = policyOf(entry.type);
  if (definition === undefined) throw new Error(`there is no policy of type “${entry.type}”`);
  if (entry.mode === "shadow" && definition.shadow !== true) throw new Error(`“${entry.type}” cannot run in shadow`);
  const config = definition.config.parse(entry.config);
  const binding = { id: entry.id, origin, key: `${owner}/${entry.id}`, revision };
  return { entry, origin, definition, policy: definition.create(config, services, binding) };
}

/** The two policies of a product's APIs. Their place is behind whatever says who is calling, and what the call costs. */
const planEntries: readonly PolicyEntry[] = ["require-subscription", "plan-limits"].map((type) => ({
  id: type,
  type,
  enabled: true,
  mode: "enforce",
  when: [],
  config: {},
}));

/** Which entries stand for an API's products: none if the list places them itself. */
export function planFor(placed: readonly Placed[], products: readonly string[], owner: string): readonly Placed[] {
  const types = new Set(placed.filter(({ entry }) => entry.enabled).map(({ entry }) => entry.type));
  return products.length === 0
    ? []
    : planEntries
        .filter(({ type }) => !types.has(type))
        .map((entry) => ({ entry, origin: "plan", owner, revision: 0 }));
}

function withPlan(placed: readonly Placed[]): Placed[] {
  const plan = placed.filter(({ origin }) => origin === "plan");
  const rest = placed.filter(({ origin }) => origin !== "plan");
  const last = rest.findLastIndex(({ entry: { type } }) => {
    const role = policyOf(type)?.role;
    return type === "require-principal" || role === "authenticator" || role === "pricing";
  });
  return [...rest.slice(0, last + 1), ...plan, ...rest.slice(last + 1)];
}

function enforced(link: Link, engine: Engine, next: Handler): Handler {
  return (request, call) => {
    if (!holds(link.entry.when, request, call)) return next(request, call);
    const step = begin(link, engine, call, "passed");
    const onward: { answer: Promise<Response> | null } = { answer: null };
    const failed = (thrown: unknown): Promise<Response> => {
      step.verdict = "refused";
      return refuse(thrown, step, engine, call);
    };
    try {
      const answer = link.policy(request, call, (passedOn, same) => (onward.answer = next(passedOn, same)));
      // What comes next never rejects: handed on as it is, there is nothing left to wait for.
      if (answer === onward.answer) return answer;
      return answer.then((response) => {
        if (onward.answer === null) step.verdict = "answered";
        return response;
      }, failed);
    } catch (thrown) {
      return failed(thrown);
    }
  };
}

/** Runs the policy on a copy without body and lets the call pass whatever it decides. */
function shadowed(link: Link, engine: Engine, next: Handler): Handler {
  return async (request, call) => {
    if (holds(link.entry.when, request, call)) {
      const step = begin(link, engine, call, "passed");
      try {
        const copy = new Request(request.url, { method: request.method, headers: request.headers });
        await link.policy(copy, call, async () => new Response(null));
      } catch {
        step.verdict = "would-refuse";
      }
    }
    return next(request, call);
  };
}

function admission(engine: Engine, next: Handler): Handler {
  return (request, call) => {
    if (call.demands.length === 0) return next(request, call);
    return engine.admit(request, call, next).catch((thrown: unknown) => {
      const step = call.passage.findLast(({ verdict }) => verdict === "passed") ?? null;
      if (step !== null) step.verdict = "refused";
      return refuse(thrown, step, engine, call);
    });
  };
}

/** The innermost handler, made to keep the promise that `next` never rejects. */
function layer(upstream: Handler, engine: Engine): Handler {
  return (request, call) => upstream(request, call).catch((thrown: unknown) => refuse(thrown, null, engine, call));
}

function begin(link: Link, engine: Engine, call: Call, verdict: Step["verdict"]): Step {
  const step: Step = {
    policy: link.entry.id,
    type: link.entry.type,
    origin: link.origin,
    at: engine.services.now(),
    verdict,
  };
  call.passage.push(step);
  return step;
}

function refuse(thrown: unknown, step: Step | null, engine: Engine, call: Call): Promise<Response> {
  const problem = Problem.from(thrown);
  // The outermost refusal is the one that the caller gets to see.
  call.refusal = { problem, step };
  return engine.refuse(problem, call);
}

function holds(conditions: readonly When[], request: Request, call: Call): boolean {
  return conditions.every((condition) => {
    switch (condition.on) {
      case "method":
        // HEAD is GET without its body (RFC 9110 §9.3.2): what guards one guards the other.
        return condition.in.includes(request.method) || (request.method === "HEAD" && condition.in.includes("GET"));
      case "path":
        return isUnder(call.match.path, condition.prefix);
      case "operation":
        return condition.in.includes(call.match.operation);
      case "header": {
        const value = headerOf(request, call, condition.name);
        return condition.equals === undefined ? value !== null : value === condition.equals;
      }
      case "authenticated":
        return (call.principal !== null) === condition.is;
    }
  });
}

/** By whole segments, decoded, as routes are matched: `/%40me` is under `/@me`, `/administrator` is not under `/admin`. */
function isUnder(path: string, prefix: string): boolean {
  const segments = path.split("/").map(decodeURIComponent);
  const wanted = prefix.replace(/\/$/, "").split("/");
  return wanted.every((segment, index) => segments[index] === segment);
}
