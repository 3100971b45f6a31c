import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

/** The statements of a migration, over tables of other names. */
function migration(name: string, rename: (query: string) => string): string[] {
  const found = env.TEST_MIGRATIONS.find((one) => one.name.includes(name));
  if (found === undefined) throw new Error(`there is no migration ${name}`);
  return found.queries.map(rename);
}

describe("totals by the minute, from before", () => {
  it("become hours: summed by key, in every class and bucket, with the versions that the ledger sums to", async () => {
    const renamed = (query: string) => query.replaceAll("usage_totals", "former_totals");
    const prepared = [...migration("0000_", renamed), ...migration("0011_", renamed)];
    const own = prepared.filter((query) => query.includes("former_totals"));
    for (const query of own) await env.DB.prepare(query).run();
    const insert = env.DB.prepare(`INSERT INTO former_totals (source, minute, workspace, environment, subscription,
      application, api, version, version_name, operation, meter, calls, units, classes, histogram, report_version)
      VALUES ('app:w:e:a', ?, 'w', 'e', 's', 'a', 'api', 'v', ?, ?, 'calls', ?, ?, ?, ?, ?)`);
    const full = JSON.stringify({ "2xx": 2, "3xx": 0, "4xx": 1, "5xx": 0 });
    await env.DB.batch([
      insert.bind(120, "v1", "list", 3, 6, full, "[0,1,0,0,0,0,0,0,0,0,0,2]", 2),
      // As coarsened isolates and old code reported: without latencies, and without every class.
      insert.bind(179, "v1", "list", 4, 4, `{"5xx":4}`, "[]", 5),
      insert.bind(180, "", "list", 1, 1, full, "[1]", 1),
      insert.bind(121, "v1", "get", 1, 1, full, "[1]", 1),
    ]);
    for (const query of migration("usage_by_hour", renamed)) await env.DB.prepare(query).run();
    const { results } = await env.DB.prepare("SELECT * FROM former_totals ORDER BY hour, operation").all();
    const placed = { source: "app:w:e:a", workspace: "w", environment: "e", subscription: "s", application: "a" };
    expect(results).toMatchObject([
      { ...placed, hour: 2, operation: "get", calls: 1, units: 1, version: "v", version_name: "v1" },
      {
        ...placed,
        hour: 2,
        operation: "list",
        calls: 7,
        units: 10,
        classes: `{"2xx":2,"3xx":0,"4xx":1,"5xx":4}`,
        histogram: "[0,1,0,0,0,0,0,0,0,0,0,2]",
        report_version: 7,
      },
      { ...placed, hour: 3, calls: 1, version_name: "", report_version: 1 },
    ]);
    expect(Object.keys(results[0] ?? {})).not.toContain("minute");
  });
});
