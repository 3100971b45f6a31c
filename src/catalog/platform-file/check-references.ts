/** @module What a file says of itself: every name that it uses must be one that it defines. */
import type { Finding } from "../../model/problem.ts";
import type { PlatformFile, PlatformFileVersion } from "../platform-file.ts";
import { explainBrownouts, explainOrder } from "../../model/deprecation.ts";
import { suggest } from "../../model/did-you-mean.ts";
import { toPointer } from "../../model/explain-issues.ts";
import { ownField } from "../../model/own-field.ts";
import { explainCircle } from "../../model/successor.ts";
import { isDated, undatedMessage } from "../../model/address.ts";

/** Findings for names that lead nowhere and for things that claim the same place. All are errors. */
export function checkReferences(file: PlatformFile): Finding[] {
  return [
    ...checkHosts(file),
    ...checkApis(file),
    ...checkUpstreams(file),
    ...checkProducts(file),
    ...checkConsumers(file),
  ];
}

function checkHosts(file: PlatformFile): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(file.environments).flatMap(([name, { hosts }]) =>
    hosts.flatMap((host, index) => {
      const owner = owners.get(host);
      owners.set(host, owner ?? name);
      if (owner === undefined) return [];
      const message = `The host ${host} stands in “${owner}” already. A host belongs to one environment.`;
      return [error(["environments", name, "hosts", index], message)];
    }),
  );
}

function checkUpstreams(file: PlatformFile): Finding[] {
  const environments = Object.keys(file.environments);
  return Object.entries(file.upstreams).flatMap(([name, { targets }]) =>
    Object.keys(targets)
      .filter((environment) => !environments.includes(environment))
      .map((environment) =>
        unknown(["upstreams", name, "targets", environment], "environment", environment, environments),
      ),
  );
}

function checkApis(file: PlatformFile): Finding[] {
  const findings: Finding[] = [];
  const prefixes = new Map<string, string>();
  for (const [slug, api] of Object.entries(file.apis)) {
    const names = Object.keys(api.versions);
    const twin = prefixes.get(api.prefix);
    if (twin !== undefined) {
      findings.push(
        error(["apis", slug, "prefix"], `“${twin}” stands at ${api.prefix} already. Give each API its own prefix.`),
      );
    }
    prefixes.set(api.prefix, slug);
    if (api.defaultVersion !== undefined && !names.includes(api.defaultVersion)) {
      findings.push(unknown(["apis", slug, "defaultVersion"], "version", api.defaultVersion, names));
    }
    for (const [name, version] of Object.entries(api.versions)) {
      findings.push(...checkVersion(file, api, version, ["apis", slug, "versions", name]));
    }
  }
  return findings;
}

function checkVersion(
  file: PlatformFile,
  api: PlatformFile["apis"][string],
  version: PlatformFileVersion,
  at: readonly string[],
): Finding[] {
  const name = at.at(-1) ?? "";
  const environments = Object.keys(file.environments);
  const findings: Finding[] = [];
  if (api.selector.in === "date" && !isDated(name)) findings.push(error(at, undatedMessage(name)));
  if ((version.document === undefined) === (version.operations === undefined)) {
    const said = version.document === undefined ? "neither document nor operations" : "both document and operations";
    findings.push(error(at, `The version ${name} has ${said}. Give it one of them.`));
  }
  if (
    version.successor !== undefined &&
    (version.successor === name || !Object.hasOwn(api.versions, version.successor))
  ) {
    const others = Object.keys(api.versions).filter((other) => other !== name);
    findings.push(unknown([...at, "successor"], "other version", version.successor, others));
  } else {
    const circle = explainCircle(name, (other) => ownField(api.versions, other)?.successor);
    if (circle !== null) findings.push(error([...at, "successor"], circle));
  }
  if (version.state !== "draft" && (version.environments ?? environments).length === 0) {
    findings.push(
      error([...at, "state"], `The version ${name} is ${version.state}, but the file has no environment. Add one.`),
    );
  }
  for (const [index, environment] of (version.environments ?? []).entries()) {
    if (!Object.hasOwn(file.environments, environment)) {
      findings.push(unknown([...at, "environments", index], "environment", environment, environments));
    }
  }
  findings.push(...checkDeprecation(version, at));
  const upstream = ownField(file.upstreams, version.upstream);
  if (upstream === undefined) {
    findings.push(unknown([...at, "upstream"], "upstream", version.upstream, Object.keys(file.upstreams)));
  } else {
    // A draft runs nowhere yet, so it needs no target.
    const runsIn = version.state === "draft" ? [] : (version.environments ?? environments);
    for (const environment of runsIn) {
      if (Object.hasOwn(upstream.targets, environment) || !Object.hasOwn(file.environments, environment)) continue;
      const message = `The upstream ${version.upstream} has no targets in ${environment}, where the version ${name} runs. Add them to upstreams.${version.upstream}.targets.`;
      findings.push(error([...at, "upstream"], message));
    }
  }
  return findings;
}

/** What only makes sense for a version that ends. */
function checkDeprecation(version: PlatformFileVersion, at: readonly string[]): Finding[] {
  const { state, deprecatedAt = null, sunsetAt = null } = version;
  const fields = [
    ...(state === "deprecated" || state === "retired"
      ? []
      : (["deprecatedAt", "sunsetAt", "guideUrl", "brownouts"] as const)),
    ...(state === "retired" ? [] : (["reason"] as const)),
  ];
  const findings = fields
    .filter((field) => version[field] !== undefined)
    .map((field) =>
      error([...at, field], `It belongs to a version that ends, and this one is ${state}. Leave it out.`),
    );
  const disorder = explainOrder({ deprecatedAt, sunsetAt });
  if (findings.length > 0) return findings;
  if (disorder !== null) return [error([...at, "sunsetAt"], disorder)];
  const fault = explainBrownouts(version.brownouts ?? [], { deprecatedAt, sunsetAt });
  return fault === null ? [] : [error([...at, "brownouts", fault.index], fault.message)];
}

function checkProducts(file: PlatformFile): Finding[] {
  const apis = Object.keys(file.apis);
  return Object.entries(file.products).flatMap(([slug, product]) => {
    const seen = new Set<string>();
    return product.apis.flatMap((api, index) => {
      const at = ["products", slug, "apis", index];
      if (!Object.hasOwn(file.apis, api)) return [unknown(at, "API", api, apis)];
      if (seen.has(api)) return [error(at, `“${api}” stands in this product twice. Remove one.`)];
      seen.add(api);
      return [];
    });
  });
}

function checkConsumers(file: PlatformFile): Finding[] {
  return Object.entries(file.organizations).flatMap(([organization, { applications }]) =>
    Object.entries(applications).flatMap(([application, { subscriptions }]) =>
      Object.entries(subscriptions).flatMap(([product, plan]) => {
        const at = ["organizations", organization, "applications", application, "subscriptions", product];
        const plans = ownField(file.products, product)?.plans;
        if (plans === undefined) return [unknown(at, "product", product, Object.keys(file.products))];
        return Object.hasOwn(plans, plan) ? [] : [unknown(at, `plan of ${product}`, plan, Object.keys(plans))];
      }),
    ),
  );
}

function unknown(path: readonly PropertyKey[], kind: string, name: string, known: readonly string[]): Finding {
  return error(path, `There is no ${kind} “${name}” in this file. ${suggest(name, known, "Add it to the file.")}`);
}

function error(path: readonly PropertyKey[], message: string): Finding {
  return { pointer: toPointer(path), message, severity: "error" };
}
