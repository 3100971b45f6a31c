/**
 * @module What is live on an installation, against this build: every program is read with this build's schema, and every policy
 * of it built, as the gateway would. So a build that no longer understands something stops before it serves.
 */
import { unpackBytes } from "../../src/model/packed-text.ts";
import { PolicyList } from "../../src/model/policy-entry.ts";
import { policySetsOf, type PolicySets } from "../../src/model/policy-set.ts";
import { RevisionProgram } from "../../src/model/program.ts";
import { checkPolicyList } from "../../src/policies/check-list.ts";
import { wires } from "../../src/protocols/wire.ts";

/** Asks the installation's database. Answers no rows where there is no such table yet. */
export type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Something that this build cannot serve. */
export interface Unservable {
  /** `bookshop/v1 in production`, or whose list of policies. */
  readonly what: string;
  readonly why: string;
}

/** Programs that are read at once: each is a row of up to 2 MB. */
const together = 20;
/** A hash is 32 hex digits: anything else is nothing of ours, and goes into no statement. */
const isHash = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

export async function checkLivePrograms(
  ask: Ask,
): Promise<{ readonly checked: number; readonly faults: readonly Unservable[] }> {
  const served = await ask(
    // All columns, whichever there are: this asks a database before its migrations.
    `select d.*, a.slug as api_slug, v.name as version_name, e.slug as environment_slug
     from deployments d join versions v on v.id = d.version join apis a on a.id = v.api
     join environments e on e.id = d.environment where v.state <> 'retired' order by a.slug, v.name, e.slug`,
  );
  const places = new Map<string, string>();
  for (const row of served) {
    const canary = typeof row["canary"] === "string" ? (JSON.parse(row["canary"]) as { program?: unknown }) : null;
    for (const hash of [row["program"], canary?.program]) {
      if (typeof hash !== "string" || !isHash(hash)) continue;
      const place = `${String(row["api_slug"])}/${String(row["version_name"])} in ${String(row["environment_slug"])}`;
      places.set(hash, places.has(hash) ? `${places.get(hash)}, ${place}` : place);
    }
  }
  const sets = await readSets(ask);
  const faults: Unservable[] = [];
  const hashes = [...places.keys()];
  for (let start = 0; start < hashes.length; start += together) {
    const some = hashes.slice(start, start + together);
    const texts = await readPrograms(ask, some);
    for (const hash of some) {
      const why = await faultOf(texts.get(hash), sets);
      if (why !== null) faults.push({ what: places.get(hash) ?? hash, why });
    }
  }
  for (const row of await ask("select workspace, entries from policy_lists")) {
    const entries = PolicyList.safeParse(JSON.parse(String(row["entries"])));
    const why = entries.success
      ? firstOf(checkPolicyList(entries.data, "/policies", sets.get(String(row["workspace"])) ?? {}))
      : entries.error.issues[0]?.message;
    if (why != null) faults.push({ what: `the policies of ${String(row["workspace"])}`, why });
  }
  for (const [workspace, own] of sets) {
    for (const [set, entries] of Object.entries(own)) {
      const why = firstOf(checkPolicyList(entries, "/policies", null));
      if (why !== null) faults.push({ what: `the policy set ${set} of ${workspace}`, why });
    }
  }
  return { checked: hashes.length, faults };
}

/** Policy sets of each workspace. What this build cannot even read as a list is nothing that it could serve. */
async function readSets(ask: Ask): Promise<ReadonlyMap<string, PolicySets>> {
  const rows = await ask("select workspace, slug, policies from policy_sets order by workspace, slug");
  const read = rows.map((row) => ({
    workspace: String(row["workspace"]),
    slug: String(row["slug"]),
    policies: PolicyList.parse(JSON.parse(String(row["policies"]))),
  }));
  return new Map(
    Array.from(
      Map.groupBy(read, ({ workspace }) => workspace),
      ([workspace, own]) => [workspace, policySetsOf(own)],
    ),
  );
}

async function readPrograms(ask: Ask, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await ask(
    `select workspace, content, part, body from content_parts
     where content in (${hashes.map((hash) => `'${hash}'`).join(",")}) order by content, workspace, part`,
  );
  const packed = new Map<string, { readonly workspace: unknown; body: string }>();
  for (const { workspace, content, body } of rows) {
    const known = packed.get(String(content));
    // Several workspaces may have kept the same: one copy is enough.
    if (known === undefined) packed.set(String(content), { workspace, body: String(body) });
    else if (known.workspace === workspace) known.body += String(body);
  }
  const texts = new Map<string, string>();
  for (const [hash, { body }] of packed) texts.set(hash, await unpackBytes(Buffer.from(body, "base64")));
  return texts;
}

/** Why this build cannot serve a program, or null if it can. */
async function faultOf(text: string | undefined, sets: ReadonlyMap<string, PolicySets>): Promise<string | null> {
  if (text === undefined) return "Its program is not in the database. Publish the version again.";
  const program = RevisionProgram.safeParse(JSON.parse(text));
  if (!program.success) {
    const [issue] = program.error.issues;
    return `This build does not read its program: ${issue?.path.join("/") ?? ""} ${issue?.message ?? ""}`;
  }
  const { workspace, style, policies, routes } = program.data;
  const shared = sets.get(workspace) ?? {};
  if (wires[style] === undefined) return `This build does not serve APIs of style ${style}.`;
  const own = routes.flatMap((route) =>
    checkPolicyList(route.policies ?? [], `/operations/${route.operation}/policies`, shared),
  );
  return firstOf([...checkPolicyList(policies, "/policies", shared), ...own]);
}

function firstOf(findings: readonly { readonly pointer: string; readonly message: string }[]): string | null {
  const [first] = findings;
  return first === undefined ? null : `${first.pointer}: ${first.message}`;
}
