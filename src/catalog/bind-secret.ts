import { eq } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { refuseDependents } from "../actions/deletion.ts";
import { revise } from "../actions/revise.ts";
import { distributeSecret, findSecret, Secret, secretOf, secretRef } from "./secret.ts";
import { cutOff } from "./secret-uses.ts";

const UpstreamHost = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .refine(
    (host) => URL.parse(`http://${host}/`)?.hostname === host,
    "Write a host without scheme, port and path: api.example.com.",
  );

export const bindSecret = defineAction({
  name: "bind-secret",
  summary: "Says to which hosts of upstreams a secret may be sent. Calls that go anywhere else are refused.",
  scope: "secrets:bind",
  input: z.strictObject({
    ...secretRef,
    hosts: z
      .array(UpstreamHost)
      .max(64)
      .transform((hosts) => [...new Set(hosts)].toSorted())
      .describe("All hosts, in place of those before; none: it is sent nowhere."),
  }),
  output: Secret,
  async decide({ environment, secret, hosts }, ctx) {
    const row = await findSecret(ctx, environment, secret);
    const target = { kind: "secret", id: row.id, edition: row.edition };
    const next = revise(row, { hosts }, ctx.now());
    if (next === null) return { unchanged: true, target, output: secretOf(row) };
    refuseDependents(
      `The secret ${row.name}`,
      await cutOff(ctx, row, hosts),
      "Their calls go to hosts that are left out: name those too, or publish them without the secret first.",
    );
    return {
      target,
      before: secretOf(row),
      after: secretOf(next),
      output: secretOf(next),
      statements: [ctx.db.update(secrets).set(next).where(eq(secrets.id, row.id))],
      effects: [distributeSecret(row)],
    };
  },
});
