/**
 * @module What a piece of work asks of real D1 and KV: statements, rows, puts and their bytes.
 */
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import type { Context } from "../../src/actions/context.ts";
import { kvEdge } from "../../src/platform/edge.ts";

export interface Cost {
  /** Statements that D1 was given, and the calls that carried them. */
  readonly statements: number;
  readonly calls: number;
  /** As D1 counts them for its bill: rows scanned, and rows of tables and indexes written. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Bytes of what was put into KV, by the kind of key. */
  readonly puts: Readonly<Record<string, number>>;
  readonly ms: number;
}

export interface Counted<Ctx> {
  readonly ctx: Ctx;
  readonly measure: (work: () => Promise<unknown>) => Promise<Cost>;
  /** Of the work that was measured last: tables and indexes that a statement reads from end to end, as SQLite plans it. */
  readonly scans: () => Promise<readonly string[]>;
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The Context over the real database and the real edge, both counted. */
export function counted<Ctx extends Context>(base: Ctx): Counted<Ctx> {
  let statements: Statement[] = [];
  let calls = 0;
  let rows = { read: 0, written: 0 };
  let puts: Record<string, number> = {};
  const add = ({ meta }: Pick<D1Result, "meta">): void => {
    rows = { read: rows.read + meta.rows_read, written: rows.written + meta.rows_written };
  };

  /** Alone a statement answers without its cost: so it is asked once more for that, where it only reads. */
  const prepare = (text: string): D1PreparedStatement => {
    const take = (statement: D1PreparedStatement, values: readonly unknown[]): D1PreparedStatement => {
      const raw = statement.raw.bind(statement) as (options?: object) => Promise<unknown[]>;
      const run = statement.run.bind(statement);
      return Object.assign(statement, {
        async raw(options?: object) {
          calls += 1;
          const answered = await raw(options);
          if (/^\s*select/i.test(text))
            add(
              await env.DB.prepare(text)
                .bind(...values)
                .run(),
            );
          return answered;
        },
        async run() {
          calls += 1;
          const answered = await run();
          add(answered);
          return answered;
        },
      });
    };
    const unbound = env.DB.prepare(text);
    return Object.assign(unbound, {
      bind: (...values: unknown[]) => {
        statements.push({ text, values });
        return take(env.DB.prepare(text).bind(...values), values);
      },
    });
  };
  const database = new Proxy(env.DB, {
    get(target, key) {
      if (key === "prepare") return prepare;
      if (key !== "batch") return Reflect.get(target, key) as unknown;
      return async (prepared: D1PreparedStatement[]) => {
        calls += 1;
        const answers = await target.batch(prepared);
        answers.forEach(add);
        return answers;
      };
    },
  });
  const registry = new Proxy(env.REGISTRY, {
    get(target, key) {
      if (key !== "put") return Reflect.get(target, key) as unknown;
      return (name: string, value: string) => {
        const [kind = ""] = name.split(":");
        puts[kind] = (puts[kind] ?? 0) + new TextEncoder().encode(value).length;
        return target.put(name, value);
      };
    },
  });
  const edge = kvEdge({ REGISTRY: registry, BEACON: env.BEACON, COURIER: env.COURIER, LEDGER: env.LEDGER });
  return {
    ctx: { ...base, db: drizzle(database), edge },
    async measure(work) {
      [statements, calls, rows, puts] = [[], 0, { read: 0, written: 0 }, {}];
      const began = performance.now();
      await work();
      const ms = Math.round(performance.now() - began);
      const { read: rowsRead, written: rowsWritten } = rows;
      return { statements: statements.length, calls, rowsRead, rowsWritten, puts: { ...puts }, ms };
    },
    async scans() {
      const found = new Set<string>();
      for (const { text, values } of statements) {
        const plan = await env.DB.prepare(`explain query plan ${text}`)
          .bind(...values)
          .run<{ detail: string }>();
        for (const { detail } of plan.results) {
          const table = /^SCAN "?(\w+)"?/.exec(detail)?.[1];
          if (table !== undefined) found.add(table);
        }
      }
      return [...found].sort();
    },
  };
}
