import { ask } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { allows } from "../actions/scope.ts";
import { catalog } from "../catalog/index.ts";
import { consumers } from "../consumers/index.ts";
import type { Explanation } from "../model/explanation.ts";
import { openInstance } from "../model/explanation.ts";
import { Problem } from "../model/problem.ts";
import type { Sealer } from "../model/seal.ts";

/** What an instance explains to this reader; null for a call of another workspace as for what does not open. */
export async function readExplanation(ctx: Context, sealer: Sealer, instance: string): Promise<Explanation | null> {
  if (!allows(ctx.actor.scopes, "usage:read")) {
    throw new Problem("scope-missing", {
      detail: "Explanations need the scope usage:read. Sign in with a token that has it.",
    });
  }
  const explanation = await openInstance(instance, sealer);
  // A call that met no API belongs to no workspace: only who may see them all sees it.
  const isReadable =
    explanation?.workspace === ctx.workspace || (explanation?.workspace === "" && ctx.actor.workspace === null);
  return isReadable ? explanation : null;
}

/** Names of what an explanation knows by id. What is gone, or not the reader's to see, keeps its id. */
export async function readNames(ctx: Context, explanation: Explanation | null): Promise<ReadonlyMap<string, string>> {
  if (explanation === null) return new Map();
  const { environment, application } = explanation;
  const found = await Promise.allSettled([
    ask(catalog.getEnvironment, ctx, { environment }),
    ask(consumers.getApplication, ctx, { application }),
  ]);
  return new Map(found.flatMap((each) => (each.status === "fulfilled" ? [[each.value.id, each.value.name]] : [])));
}
