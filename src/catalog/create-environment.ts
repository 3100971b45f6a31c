import * as z from "zod";
import { environmentHosts, environments } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { stamp, withoutWorkspace } from "../actions/revise.ts";
import { Environment, environmentFields, refuseTakenHosts } from "./environment.ts";
import { placeEnvironment } from "./place-environment.ts";

export const createEnvironment = defineAction({
  name: "create-environment",
  summary: "Creates an environment: a place where versions run, at hosts of its own.",
  scope: "catalog:write",
  input: z.strictObject({ ...environmentFields, hosts: environmentFields.hosts.default([]) }),
  output: Environment,
  async decide({ hosts, ...fields }, ctx) {
    const { workspace } = ctx;
    const row = { id: ctx.makeId("env"), workspace, ...fields, ...stamp(ctx.now()) };
    await refuseTakenHosts(ctx, row.id, hosts);
    const output = { ...withoutWorkspace(row), hosts: hosts.toSorted() };
    return {
      target: { kind: "environment", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [
        ctx.db.insert(environments).values(row),
        ...hosts.map((host) => ctx.db.insert(environmentHosts).values({ host, workspace, environment: row.id })),
        ...(await placeEnvironment(ctx, row.id, hosts)),
      ],
    };
  },
});
