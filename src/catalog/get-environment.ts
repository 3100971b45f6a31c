import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { notFound } from "../actions/rows.ts";
import { Environment, environmentsOf, findEnvironment } from "./environment.ts";

export const getEnvironment = defineQuery({
  name: "get-environment",
  summary: "Answers one environment with its hosts.",
  scope: "catalog:read",
  input: z.strictObject({ environment: Ref }),
  output: Environment,
  async read({ environment: ref }, ctx) {
    const [environment] = await environmentsOf(ctx, [await findEnvironment(ctx, ref)]);
    if (environment === undefined) throw notFound("environment", ref);
    return environment;
  },
});
