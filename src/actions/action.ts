/**
 * @module Actions and queries: how the platform is changed, and asked. An action decides (statements, target, before and
 * after, effects); `perform` does what must never be forgotten: scope, parsing, atomicity, audit, effects.
 *
 * Order of a `perform`: scope → parse → read the end of the workspace's audit chain → decide → ONE batch. The chain's end is
 * read *before* deciding and its next number is unique, so a change of the same workspace committed in between fails the
 * batch and the decision is made again: decisions need no guards for what their own workspace holds.
 */
import type * as z from "zod";
import { Problem } from "../model/problem.ts";
import type { Target } from "./audit.ts";
import { commitSteps, type CommitStep } from "./commit.ts";
import type { Context } from "./context.ts";
import type { Decision } from "./decision.ts";
import type { Once } from "./idempotency.ts";
import { parseInput } from "./input.ts";
import { allows, type Scope } from "./scope.ts";

/** The workspace of what is above all workspaces: the global policy list, workspaces themselves, tokens for all of them. */
export const platformWorkspace = "platform";

/** Where it acts: in the Context's workspace, or above all of them, which only an actor of every workspace may. */
export type Realm = "workspace" | "platform";

interface Described<Input extends z.ZodType, Output extends z.ZodType> {
  /** verb-noun, kebab-case, the name of its file. */
  readonly name: string;
  /** One sentence: the management API's document, the console and the audit trail show it. */
  readonly summary: string;
  readonly scope: Scope;
  readonly realm?: Realm;
  /** A strict object. Fields that name something take its id or its slug. */
  readonly input: Input;
  readonly output: Output;
}

export interface Action<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> extends Described<
  Input,
  Output
> {
  readonly kind: "action";
  /** May read, and store content under its own hash; must write nothing else. May be called again. */
  decide(input: z.output<Input>, ctx: Context): Promise<Decision<z.output<Output>>>;
}

export interface Query<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> extends Described<
  Input,
  Output
> {
  readonly kind: "query";
  read(input: z.output<Input>, ctx: Context): Promise<z.output<Output>>;
}

export function defineAction<Input extends z.ZodType, Output extends z.ZodType>(
  action: Omit<Action<Input, Output>, "kind">,
): Action<Input, Output> {
  return { kind: "action", ...action };
}

export function defineQuery<Input extends z.ZodType, Output extends z.ZodType>(
  query: Omit<Query<Input, Output>, "kind">,
): Query<Input, Output> {
  return { kind: "query", ...query };
}

export interface PerformOptions {
  /** The edition that the caller saw. If the target has another by now: 412 `version-conflict`. 0: must not exist yet. */
  readonly expectedVersion?: number;
  /** Reads what the caller saw as it stands now; null: it is gone. Asked where the change is refused for another reason. */
  readonly readTarget?: ((ctx: Context) => Promise<Target | null>) | undefined;
}

/** One of several changes that are made together. */
export interface Step {
  readonly action: Action;
  readonly input: unknown;
  readonly options: PerformOptions;
}

export function step<Input extends z.ZodType, Output extends z.ZodType>(
  action: Action<Input, Output>,
  input: z.input<Input>,
  options: PerformOptions = {},
): Step {
  return { action, input, options };
}

/** Makes a change and answers its output once the edge knows of it, or the Courier has it in hand. */
export async function perform<Input extends z.ZodType, Output extends z.ZodType>(
  action: Action<Input, Output>,
  ctx: Context,
  rawInput: unknown,
  options: PerformOptions = {},
): Promise<z.output<Output>> {
  const [output] = await performAll(ctx, [{ action, input: rawInput, options }]);
  return output as z.output<Output>;
}

/** Makes a change unless it was made under the same idempotency key before: then it answers what was answered then. */
export async function performOnce<Input extends z.ZodType, Output extends z.ZodType>(
  action: Action<Input, Output>,
  ctx: Context,
  rawInput: unknown,
  once: Once,
  options: PerformOptions = {},
): Promise<{ readonly output: z.output<Output>; readonly replayed: boolean }> {
  admit(action, ctx);
  const bound = bind({ action, input: rawInput, options });
  const { outputs, replayed } = await commitSteps(realmOf(action, ctx), [bound], once);
  return { output: outputs[0] as z.output<Output>, replayed };
}

/**
 * Makes several changes in one batch: all or none. Each decides on the state before the batch and does not see the others:
 * so no two may have the same target, and none may need what another creates. Outputs come in the order of the steps.
 */
export async function performAll(ctx: Context, steps: readonly Step[]): Promise<unknown[]> {
  const first = steps[0];
  if (first === undefined) return [];
  for (const { action } of steps) admit(action, ctx);
  if (steps.some(({ action }) => action.realm !== first.action.realm)) {
    throw new Error("steps of one batch must act in one workspace");
  }
  return [...(await commitSteps(realmOf(first.action, ctx), steps.map(bind))).outputs];
}

function bind({ action, input, options }: Step): CommitStep {
  const parsed = parseInput(action.input, input);
  return {
    name: action.name,
    expectedVersion: options.expectedVersion,
    readTarget: options.readTarget,
    decide: (scoped) => action.decide(parsed, scoped),
  };
}

/** Asks a query. The output is not checked against its schema: tests do that. */
export async function ask<Input extends z.ZodType, Output extends z.ZodType>(
  query: Query<Input, Output>,
  ctx: Context,
  rawInput: unknown,
): Promise<z.output<Output>> {
  admit(query, ctx);
  return query.read(parseInput(query.input, rawInput), realmOf(query, ctx));
}

function realmOf(described: { readonly realm?: Realm }, ctx: Context): Context {
  return described.realm === "platform" ? { ...ctx, workspace: platformWorkspace } : ctx;
}

/** What an actor may not read is the same 404 as what is not there: so another workspace is "not found". */
function admit(
  described: { readonly name: string; readonly scope: Scope; readonly realm?: Realm },
  ctx: Context,
): void {
  const { actor } = ctx;
  const bound = actor.workspace !== null;
  if (!allows(actor.scopes, described.scope) || (described.realm === "platform" && bound)) {
    throw new Problem("scope-missing", {
      detail: `${described.name} needs the scope ${described.scope}${described.realm === "platform" ? " for every workspace" : ""}. Use a token that has it.`,
      members: { scope: described.scope },
    });
  }
  const above = ctx.workspace === platformWorkspace && described.realm !== "platform";
  if (above || (bound && actor.workspace !== ctx.workspace)) {
    throw new Problem("resource-not-found", { detail: "There is no such workspace." });
  }
}
