import { cache } from "../../src/policies/cache.ts";
import { policyCases } from "../support/policy-case.ts";

policyCases({
  definition: cache,
  wrong: [
    { config: { ttlSeconds: 0 }, because: /ttlSeconds/ },
    { config: { ttlSeconds: 90_000 }, because: /ttlSeconds/ },
    { config: { statuses: [200, 500] }, because: /can keep these/ },
    { config: { statuses: [] }, because: /too_small/ },
    { config: { varyBy: ["a b"] }, because: /header name/ },
    { config: { varyBy: ["X-Forwarded-For"] }, because: /gateway itself/ },
    { config: { tags: ["a b"] }, because: /printable/ },
    { config: { bodyBytesMax: 30_000_000 }, because: /bodyBytesMax/ },
  ],
  passes: {},
  refuses: [
    {
      name: "to ask the upstream if the caller forbids it",
      request: () => new Request("https://api.example/books", { headers: { "cache-control": "only-if-cached" } }),
      call: { match: { products: [] } },
      code: "not-cached",
      headers: { "cache-status": /^gatehouse; *fwd=uri-miss$/ },
    },
  ],
  // servicesOf's store is one that has failed: it answers null and loses what it is given.
  failing: [{ name: "a failed store is a cache that is empty", code: null }],
});
