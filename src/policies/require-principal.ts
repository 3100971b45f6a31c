import * as z from "zod";
import { credentialMissing } from "./challenges.ts";
import { definePolicy } from "./policy.ts";

/** Closes the door behind the authenticators: each of them lets a call pass that carries none of its credentials. */
export const requirePrincipal = definePolicy({
  type: "require-principal",
  summary: "Refuses calls that no authenticating policy before it has recognised.",
  config: z.strictObject({}),
  role: "guard",
  create() {
    return (request, call, next) => {
      if (call.principal === null) throw credentialMissing(call);
      return next(request, call);
    };
  },
});
