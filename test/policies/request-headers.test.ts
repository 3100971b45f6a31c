import { expect, it } from "vitest";
import { requestHeaders } from "../../src/policies/request-headers.ts";
import { policyCases } from "../support/policy-case.ts";
import { credential, run, type Run, servicesOf } from "../support/policy-run.ts";

policyCases({
  definition: requestHeaders,
  wrong: [
    { config: {}, because: /at least one/ },
    { config: { set: { "X Bad": "1" } }, because: /header name/ },
    { config: { set: { "x-a": "1\r\nx-b: 2" } }, because: /printable/ },
    { config: { set: { "x-a": "${secret:name}" } }, because: /only secrets can be named/i },
    { config: { set: { "x-a": "${NAME}" } }, because: /only secrets can be named/i },
    { config: { set: { "x-a": "${secret:NAME}${" } }, because: /only secrets can be named/i },
    { config: { set: { Cookie: "a=1; __Host-gatehouse-console=1" } }, because: /the gateway's own; choose/ },
    { config: { add: { "set-cookie": "__Host-gatehouse-portal=1" } }, because: /the gateway's own; choose/ },
    ...[
      "Host",
      "content-length",
      "Transfer-Encoding",
      "connection",
      "te",
      "Gatehouse-Call",
      "cf-ray",
      "x-forwarded-for",
    ].flatMap((name) => [
      { config: { set: { [name]: "1" } }, because: /leave it to the gateway/ },
      { config: { add: { [name]: "1" } }, because: /leave it to the gateway/ },
      { config: { remove: [name] }, because: /leave it to the gateway/ },
    ]),
  ],
  passes: { config: { set: { "x-source": "gatehouse" } } },
  refuses: [
    {
      name: "where a secret cannot be had",
      config: { set: { authorization: "Bearer ${secret:NONE}" } },
      code: "secret-unavailable",
    },
    {
      name: "where a secret is nothing that a header can hold",
      config: { set: { authorization: "Bearer ${secret:LINES}" } },
      services: servicesOf({ secrets: { LINES: "one\ntwo" } }),
      code: "secret-unavailable",
    },
  ],
  failing: [
    {
      name: "with a secret",
      config: { set: { "x-a": "${secret:TOKEN}" } },
      code: "registry-unavailable",
    },
    { name: "with static values", config: { set: { "x-a": "1" } }, code: null },
  ],
});

it("fills secrets in wherever they stand, and takes nothing of the caller's for one", async () => {
  const { seen } = await run({
    policies: [
      {
        type: "request-headers",
        config: { set: { authorization: "Basic ${secret:USER}:${secret:PASS}" }, add: { "x-b": "${secret:USER}" } },
      },
    ],
    request: new Request("https://api.example/books", { headers: { "x-b": "${secret:PASS}" } }),
    services: servicesOf({ secrets: { USER: "shop", PASS: "s3cret" } }),
  });
  expect(Object.fromEntries(seen[0]?.headers ?? [])).toEqual({
    authorization: "Basic shop:s3cret",
    "x-b": "${secret:PASS}, shop",
  });
});

it("removes, then sets, then adds", async () => {
  const request = new Request("https://api.example/books", { headers: { "x-a": "1", "x-b": "1", "x-c": "1" } });
  const { seen } = await run({
    policies: [
      {
        type: "request-headers",
        config: { remove: ["X-A", "x-c"], set: { "x-b": "two" }, add: { "x-b": "three", "x-c": "four" } },
      },
    ],
    request,
  });
  expect(Object.fromEntries(seen[0]?.headers ?? [])).toEqual({ "x-b": "two, three", "x-c": "four" });
  expect(request.headers.get("x-a")).toBe("1");
});

const keyed = (name: string, value: string): Run => ({
  policies: [],
  request: new Request("https://api.example/books", { headers: { [name]: value } }),
  services: servicesOf({ keys: { gh_live_good: credential } }),
});

it("may use the header from which a policy took the caller's key, and shows the upstream nothing of that key", async () => {
  for (const change of ["set", "add"]) {
    for (const [name, key] of [
      ["authorization", "Bearer gh_live_good"],
      ["x-api-key", "gh_live_good"],
    ] as const) {
      const policies = [
        { type: "require-key" },
        { type: "request-headers", config: { [change]: { [name]: "upstream's" } } },
      ];
      const { seen } = await run({ ...keyed(name, key), policies });
      expect(seen[0]?.headers.get(name)).toBe("upstream's");
    }
  }
});

it("leaves a key taken that it does not name", async () => {
  const policies = [{ type: "require-key" }, { type: "request-headers", config: { set: { "x-source": "shop" } } }];
  const { seen } = await run({ ...keyed("x-api-key", "gh_live_good"), policies });
  expect(Object.fromEntries(seen[0]?.headers ?? [])).toEqual({ "x-source": "shop" });
});
