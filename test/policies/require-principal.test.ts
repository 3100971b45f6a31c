import { expect, it } from "vitest";
import { requirePrincipal } from "../../src/policies/require-principal.ts";
import { policyCases } from "../support/policy-case.ts";
import { codeOf, principal, run } from "../support/policy-run.ts";

policyCases({
  definition: requirePrincipal,
  wrong: [{ config: "all", because: /object/ }],
  passes: { call: { principal } },
  refuses: [
    {
      name: "a call that nobody has recognised",
      code: "credential-missing",
      headers: { "www-authenticate": /^Bearer / },
    },
  ],
});

it("names the schemes of the authenticators that stand before it", async () => {
  const { response } = await run({
    policies: [
      {
        type: "require-key",
        config: { locations: [{ in: "header", name: "X-Api-Key" }, { in: "bearer" }, { in: "query", name: "key" }] },
      },
      { type: "require-principal" },
    ],
  });
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe(
    'ApiKey realm="books", in="header", name="X-Api-Key", Bearer realm="books", ApiKey realm="books", in="query", name="key"',
  );
  expect(await codeOf(response)).toBe("credential-missing");
});
