/**
 * @module Compilation: a revision's content becomes the program that the gateway runs, or a list of findings that name the
 * place. What compiles here is composed by the same functions that serve it, so what is published can be served.
 */
import { parseTemplate, templateShape } from "../model/path-template.ts";
import type { CompileInput } from "../model/compile-input.ts";
import { suggest } from "../model/did-you-mean.ts";
import { ownField } from "../model/own-field.ts";
import type { Finding } from "../model/problem.ts";
import { programFormat, RevisionProgram, type Style } from "../model/program.ts";
import type { RevisionContent } from "../model/revision.ts";
import { refusedTarget } from "../model/target-guard.ts";
import { checkPolicyList } from "../policies/check-list.ts";
import { checkOrder, listWithSets, type OrderedList } from "../policies/check-order.ts";
import { identifiesCallers, secretsWithin } from "../policies/index.ts";
import { wires } from "../protocols/wire.ts";
import { toPointer } from "../model/explain-issues.ts";

/** `program` is null exactly if a finding is an error. Pointers are relative to the revision's content. */
export function compileRevision(input: CompileInput): {
  readonly program: RevisionProgram | null;
  readonly findings: readonly Finding[];
} {
  const { content } = input;
  const findings = [
    ...checkStyle(input.api.style),
    ...checkTargets(input),
    ...checkOperations(content),
    ...checkPolicyList(content.policies, "/policies", input.policySets),
    ...Object.entries(content.operationPolicies).flatMap(([operation, entries]) => [
      ...checkOperationName(operation, content),
      ...checkPolicyList(entries, toPointer(["operationPolicies", operation]), input.policySets),
    ]),
    ...checkLists(input),
    ...checkProducts(input),
    ...checkSecrets(input),
  ];
  if (findings.some(({ severity }) => severity === "error")) return { program: null, findings };
  const program: RevisionProgram = {
    format: programFormat,
    kind: "revision",
    workspace: input.workspace,
    api: input.api.id,
    version: input.version,
    revision: input.revision,
    style: input.api.style,
    routes: content.operations.map(({ id, method, path }) => {
      const own = ownField(content.operationPolicies, id);
      return { operation: id, method, path, ...(own === undefined ? {} : { policies: own }) };
    }),
    policies: content.policies,
    upstream: content.upstream,
  };
  const unreadable = checkReadable(program);
  return unreadable.length > 0 ? { program: null, findings: [...findings, ...unreadable] } : { program, findings };
}

/** The gateway parses what it serves: what it could not read is not published. A program's routes are the operations. */
function checkReadable(program: RevisionProgram): Finding[] {
  const issues = RevisionProgram.safeParse(program).error?.issues ?? [];
  return issues.map(({ path: [field, ...inner], message }) => {
    const place = field === undefined ? [] : [field === "routes" ? "operations" : field, ...inner];
    return error(toPointer(place), `The gateway cannot read it: ${message}`);
  });
}

function checkStyle(style: Style): Finding[] {
  if (wires[style] !== undefined) return [];
  return [
    error("", `The gateway does not serve APIs of style “${style}” yet. It serves ${Object.keys(wires).join(", ")}.`),
  ];
}

function checkTargets({ targets, ownHosts, privateUpstreams }: CompileInput): Finding[] {
  if (targets.length === 0) {
    return [error("/upstream", "The upstream has no target in this environment. Name at least one address.")];
  }
  return targets.flatMap((target, index) => {
    const reason = refusedTarget(new URL(target.url), { ownHosts, privateUpstreams });
    return reason === null ? [] : [error(`/upstream/targets/${index}/url`, `${reason}.`)];
  });
}

function checkOperations({ operations }: RevisionContent): Finding[] {
  const findings: Finding[] = [];
  const shapes = new Map<string, string>();
  const ids = new Set<string>();
  if (operations.length === 0)
    findings.push(error("/operations", "There is no operation. Import a document that has one."));
  for (const [index, operation] of operations.entries()) {
    const pointer = `/operations/${index}`;
    if (ids.has(operation.id)) findings.push(error(`${pointer}/id`, `Two operations are called “${operation.id}”.`));
    ids.add(operation.id);
    const parsed = parseTemplate(operation.path);
    if ("reason" in parsed) {
      findings.push(error(`${pointer}/path`, parsed.reason));
      continue;
    }
    const shape = `${operation.method} ${templateShape(parsed.segments)}`;
    const other = shapes.get(shape);
    if (other === undefined) shapes.set(shape, operation.id);
    else findings.push(error(`${pointer}/path`, `“${operation.id}” and “${other}” match the same calls. Keep one.`));
  }
  return findings;
}

function checkOperationName(operation: string, { operations }: RevisionContent): Finding[] {
  const names = operations.map(({ id }) => id);
  if (names.includes(operation)) return [];
  const hint = suggest(operation, names);
  return [error(toPointer(["operationPolicies", operation]), `There is no operation “${operation}”. ${hint}`)];
}

/** What the lists say together that one operation's calls pass; the base of all operations is a list of its own. */
function checkLists({ content, globalPolicies, workspacePolicies, policySets }: CompileInput): Finding[] {
  const base = [
    { entries: globalPolicies, owner: "the platform's list", pointerAt: () => "/policies" },
    { entries: workspacePolicies, owner: "the workspace's list", pointerAt: () => "/policies" },
    { entries: content.policies, owner: null, pointerAt: (index: number) => `/policies/${index}` },
  ].map((list) => listWithSets(list, policySets));
  const own = Object.entries(content.operationPolicies).map(([operation, entries]): OrderedList => {
    const pointer = toPointer(["operationPolicies", operation]);
    const list = {
      entries,
      owner: `the operation “${operation}”`,
      pointerAt: (index: number) => `${pointer}/${index}`,
    };
    return listWithSets(list, policySets);
  });
  const findings = [checkOrder(base), ...own.map((list) => checkOrder([...base, list]))].flat();
  // What is wrong with the base is wrong with every operation: it is said once.
  return [...new Map(findings.map((finding) => [`${finding.pointer} ${finding.message}`, finding])).values()];
}

/** Secrets that policies name are there, and may go wherever calls go. */
function checkSecrets({ content, workspacePolicies, policySets, secrets, targets }: CompileInput): Finding[] {
  if (secrets === null) return [];
  const lists = [
    { entries: content.policies, pointer: "/policies" },
    ...Object.entries(content.operationPolicies).map(([operation, entries]) => ({
      entries,
      pointer: toPointer(["operationPolicies", operation]),
    })),
  ];
  const named = [
    // Whose list it is stands in the message: what is compiled is not at fault for it.
    ...secretsWithin(workspacePolicies, policySets, "/policies").map((one) => ({ ...one, pointer: "" })),
    ...lists.flatMap(({ entries, pointer }) => secretsWithin(entries, policySets, pointer)),
  ];
  const hosts = targets.map(({ url }) => new URL(url).hostname);
  return named.flatMap(({ name, pointer }) => {
    const known = secrets.find((one) => one.name === name);
    if (known === undefined) {
      return [
        error(pointer, `There is no secret ${name} in this environment. Set it with: gatehouse secrets set ${name}`),
      ];
    }
    const unbound = hosts.find((host) => !known.hosts.includes(host));
    if (unbound === undefined) return [];
    const how = `gatehouse secrets bind ${name} ${[...new Set([...known.hosts, ...hosts])].join(" ")}`;
    return [
      error(
        pointer,
        `The secret ${name} may not be sent to ${unbound}. Whoever may bind secrets allows it with: ${how}`,
      ),
    ];
  });
}

/** Plans hold applications; without anything that recognises them every call would be refused. */
function checkProducts({ content, globalPolicies, workspacePolicies, policySets, products }: CompileInput): Finding[] {
  const operations = Object.values(content.operationPolicies).flat();
  const everywhere = [...globalPolicies, ...workspacePolicies, ...content.policies, ...operations];
  if (products.length === 0 || identifiesCallers(everywhere, policySets)) return [];
  return [error("/policies", "The API stands in a product, but no policy says who is calling. Add “require-key”.")];
}

function error(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}
