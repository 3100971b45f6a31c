import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Explanation, openInstance, parseInstance } from "../model/explanation.ts";
import { Problem } from "../model/problem.ts";
import type { Sealer } from "../model/seal.ts";
import type { Resource } from "./route.ts";

/** What the gateway's refusals carry, opened for whoever may read the workspace's usage. Nothing of it is stored. */
export function explanations(sealer: Sealer): Resource {
  const explainRefusal = defineQuery({
    name: "explain-refusal",
    summary: "Says why a call was refused, from the `instance` of its problem.",
    scope: "usage:read",
    input: z.strictObject({
      instance: z.string().min(1).max(4_200).describe("The member `instance` of the problem, as the caller got it."),
    }),
    output: Explanation.extend({ call: z.string().describe("Id of the call.") }),
    async read({ instance }, { actor, workspace }) {
      const explanation = await openInstance(instance, sealer);
      const call = parseInstance(instance)?.callId;
      // A call that met no API belongs to no workspace: only who may see them all sees it.
      const owner = explanation?.workspace === "" && actor.workspace === null ? workspace : explanation?.workspace;
      if (explanation === null || call === undefined || owner !== workspace) {
        throw new Problem("resource-not-found", {
          detail: "This instance explains no call of this workspace. Copy all of it from the problem.",
        });
      }
      return { call, ...explanation };
    },
  });
  return {
    tag: "Explanations",
    summary: "Why calls were refused.",
    schemas: { Explanation: explainRefusal.output },
    routes: [{ method: "post", path: "/explanations", does: explainRefusal }],
  };
}
