import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The Worker's secrets, where wrangler looks for them. */
Object.assign(process.env, {
  ADMIN_TOKEN: "test-admin-token-0123456789abcdef",
  KEY_SECRET: "test-key-secret-0123456789abcdef",
});

const nodeTests = ["test/node/**/*.test.ts", "test/stories/**/*.test.ts"];

/**
 * Two projects: `workerd` runs inside the runtime with real D1, KV and Durable Objects; `node` holds what needs a file
 * system, a browser or the built worker (architecture and catalogue tests, the CLI, stories).
 */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(path.join(import.meta.dirname, "migrations")),
              },
              // Whatever a test reaches for outside is refused here: upstreams are scripted by the test itself.
              outboundService: () => new Response("no network in tests", { status: 599 }) as never,
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: nodeTests,
          setupFiles: ["./test/setup.ts"],
          // Time is never what a test is about: a busy machine may take it.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "node",
          environment: "node",
          include: nodeTests,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
