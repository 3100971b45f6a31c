/** @module What stands in the way of a file: in itself, in its documents, in the registry. Thrown before anything is written. */
import {
  checkPolicies,
  checkReferences,
  checkVersions,
  endingMessage,
  isEnding,
  prepareVersions,
  type PlacedFinding,
  type PlatformDocument,
  type PlatformFile,
  type PreparedVersion,
} from "../catalog/index.ts";
import type { Context } from "../actions/context.ts";
import { toPointer } from "../model/explain-issues.ts";
import { ownField } from "../model/own-field.ts";
import { compileRevision } from "../gateway/compile.ts";
import { Problem, type ProblemCode } from "../model/problem.ts";
import type { SecretBinding } from "../model/secret.ts";
import { pair, type StateIndex } from "./platform-file-index.ts";
import { calledInWords, callersOf } from "./refuse-called.ts";
import type { WorkspaceState } from "./platform-file-state.ts";

/** Versions with their operations, and warnings. Throws with `members.findings`, each at its place in the file. */
export function checkFile(
  ctx: Context,
  file: PlatformFile,
  documents: Readonly<Record<string, PlatformDocument>>,
  state: WorkspaceState,
  known: StateIndex,
): { readonly versions: readonly PreparedVersion[]; readonly warnings: readonly PlacedFinding[] } {
  refuse("input-invalid", [...checkReferences(file), ...checkPolicies(file)]);
  refuse("state-conflict", [...checkAgainst(ctx, file, known), ...checkSubscriptions(file, known)]);
  const { versions, findings } = prepareVersions(file, documents);
  refuse("document-invalid", findings);
  const { ownHosts, privateUpstreams } = ctx;
  const surroundings = {
    globalPolicies: state.globalPolicies,
    ownHosts,
    privateUpstreams,
    secretsOf: (slug: string) => secretsOf(state, known.environments.get(slug)?.id),
  };
  const compiled = checkVersions(file, versions, compileRevision, surroundings);
  refuse("revision-invalid", compiled);
  return { versions, warnings: [...findings, ...compiled] };
}

function secretsOf({ secrets }: WorkspaceState, environment: string | undefined): readonly SecretBinding[] {
  return secrets.filter((one) => one.environment === environment);
}

/** Throws `version-in-use` for versions that the file retires without a reason, while applications call them. */
export async function refuseRetirements(
  ctx: Context,
  versions: readonly PreparedVersion[],
  known: StateIndex,
): Promise<void> {
  const findings: PlacedFinding[] = [];
  for (const { api, name, version, pointer } of versions) {
    const row = known.versionsByName.get(pair(known.apis.get(api)?.id ?? "", name));
    if (version.state !== "retired" || version.reason !== undefined) continue;
    if (row === undefined || row.state === "retired") continue;
    const callers = await callersOf(ctx, row);
    if (callers.count === 0) continue;
    const message = `${calledInWords(name, callers)} Move them on first, or add a reason.`;
    findings.push({ pointer: `${pointer}/state`, message, severity: "error" });
  }
  refuse("version-in-use", findings);
}

function refuse(code: ProblemCode, findings: readonly PlacedFinding[]): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more, see findings)`;
  const place = first.document === undefined ? first.pointer : `${first.document}#${first.pointer}`;
  throw new Problem(code, {
    detail: `${place}: ${first.message}${more} Nothing was changed.`,
    members: { findings: errors },
  });
}

/** What the registry does not let the file have. */
function checkAgainst(ctx: Context, file: PlatformFile, known: StateIndex): PlacedFinding[] {
  const findings: PlacedFinding[] = [];
  const error = (pointer: string, message: string) => findings.push({ pointer, message, severity: "error" });
  if (file.workspace !== ctx.workspace) {
    error("/workspace", `The file is for “${file.workspace}”, but was sent to “${ctx.workspace}”. Send it to its own.`);
  }
  for (const [slug, { hosts }] of Object.entries(file.environments)) {
    for (const [index, host] of hosts.entries()) {
      const pointer = `/environments/${slug}/hosts/${index}`;
      if (ctx.ownHosts.includes(host))
        error(pointer, `${host} is Gatehouse's own: console and portal answer there. Choose another one.`);
      else if (isTaken(host, file, known))
        error(pointer, `Another environment has the host ${host}. Choose another one.`);
    }
  }
  for (const [slug, api] of Object.entries(file.apis)) {
    const row = known.apis.get(slug);
    const twin = known.apisByPrefix.get(api.prefix);
    if (twin !== undefined && !Object.hasOwn(file.apis, twin.slug)) {
      error(
        `/apis/${slug}/prefix`,
        `The API ${twin.slug}, which is not in this file, stands at ${api.prefix}. Choose another prefix.`,
      );
    }
    if (row === undefined) continue;
    if (row.style !== api.style)
      error(`/apis/${slug}/style`, `The style is fixed when an API is created: it is ${row.style}.`);
    for (const [name, { state: wanted }] of Object.entries(api.versions)) {
      const version = known.versionsByName.get(pair(row.id, name));
      if (wanted === "draft" && version !== undefined && version.state !== "draft") {
        error(
          `/apis/${slug}/versions/${name}/state`,
          `${name} is ${version.state}, and never becomes a draft again. Retire it instead.`,
        );
      }
    }
  }
  return findings;
}

/**
 * Subscriptions that the file adds to products whose versions are all on their way out, and stay so. In a workspace that does
 * not have the product yet, all of it is brought back as it was.
 */
function checkSubscriptions(file: PlatformFile, known: StateIndex): PlacedFinding[] {
  const ending = new Set(Object.keys(file.products).filter((product) => isEndingWith(file, known, product)));
  if (ending.size === 0) return [];
  return Object.entries(file.organizations).flatMap(([team, { applications }]) => {
    const teamId = known.organizations.get(team)?.id ?? "";
    return Object.entries(applications).flatMap(([slug, { subscriptions }]) => {
      const application = known.applicationsByName.get(pair(teamId, slug))?.id ?? "";
      return Object.keys(subscriptions)
        .filter((product) => ending.has(product))
        .filter((product) => {
          const row = known.subscriptions.get(pair(application, known.products.get(product)?.id ?? ""));
          return row?.state !== "active";
        })
        .map((product) => ({
          pointer: toPointer(["organizations", team, "applications", slug, "subscriptions", product]),
          message: endingMessage(product),
          severity: "error" as const,
        }));
    });
  });
}

/** Whether all that the product opens is on its way out, both as it is and as the file would have it. */
function isEndingWith(file: PlatformFile, known: StateIndex, product: string): boolean {
  const row = known.products.get(product);
  if (row === undefined) return false;
  const now = known.apisIn(row.id).flatMap(({ api }) => known.versionsOf(api));
  const then = (ownField(file.products, product)?.apis ?? []).flatMap((slug) => {
    const named = ownField(file.apis, slug)?.versions ?? {};
    const left = known.versionsOf(known.apis.get(slug)?.id ?? "").filter(({ name }) => !Object.hasOwn(named, name));
    return [...Object.values(named), ...left];
  });
  return [now, then].every((all) => isEnding(all.map(({ state }) => state)));
}

/** By another workspace, or by an environment of this one that the file does not take it from. */
function isTaken(host: string, file: PlatformFile, known: StateIndex): boolean {
  const holder = known.hosts.get(host);
  if (holder === undefined) return false;
  const own = known.environmentsById.get(holder.environment);
  return own === undefined || !Object.hasOwn(file.environments, own.slug);
}
