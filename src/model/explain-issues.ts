/**
 * @module What zod found, in words that say where and how to mend it. Messages that our schemas wrote themselves stay;
 * zod's own are replaced. Works for any schema: the file's, and a policy's configuration.
 */
import type * as z from "zod";
import type { Finding } from "./problem.ts";
import { closest, suggest } from "./did-you-mean.ts";
import { fieldsAt, valueAt } from "./walk-schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** How the findings speak of the thing checked, and where it stands in the file. */
export interface Subject {
  /** `rate-limit`; empty for the file itself. */
  readonly name: string;
  /** JSON pointer of the checked value. */
  readonly pointer: string;
}

/** Findings for the issues of one failed parse of `value` by `schema`. All are errors. */
export function explainIssues(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
  subject: Subject,
): Finding[] {
  const meant = new Set<string>();
  const findings: (Finding & { readonly missing?: string })[] = [];
  for (const issue of issues) {
    const base = subject.pointer + toPointer(issue.path);
    if (issue.code === "unrecognized_keys") {
      const fields = fieldsAt(schema, issue.path, value);
      for (const key of issue.keys) {
        const near = closest(key, fields);
        if (near !== null) meant.add(`${base}/${near}`);
        const message = `“${placeName(subject, issue.path)}” has no field “${key}”. ${suggest(key, fields)}`;
        findings.push(error(base + toPointer([key]), message));
      }
    } else {
      const missing = isMissing(issue, value) ? base : undefined;
      const finding = error(base, explain(issue, value, subject));
      findings.push(missing === undefined ? finding : { ...finding, missing });
    }
  }
  // A misspelt field is one mistake, not a wrong field and a missing one.
  return findings
    .filter((finding) => finding.missing === undefined || !meant.has(finding.missing))
    .map(({ pointer, message, severity }) => ({ pointer, message, severity }));
}

function explain(issue: Issue, value: unknown, subject: Subject): string {
  const name = String(issue.path.at(-1) ?? subject.name);
  const found = valueAt(value, issue.path);
  if (isMissing(issue, value)) {
    const place = placeName(subject, issue.path.slice(0, -1));
    return `“${place}” needs the field “${name}”. ${issue.code === "invalid_union" ? choices(issue) : "Add it."}`;
  }
  switch (issue.code) {
    case "invalid_type":
      return explainType(name, issue.expected, found);
    case "invalid_value":
      return `“${name}” is ${show(found)}. ${suggest(plain(found), issue.values.map(String))}`;
    case "invalid_key":
      return `“${name}” cannot be a name here. ${issue.issues[0]?.message ?? ""}`;
    case "too_small":
      return custom(issue) ?? explainBound(name, issue.origin, "at least", issue.minimum);
    case "too_big":
      return custom(issue) ?? explainBound(name, issue.origin, "at most", issue.maximum);
    case "invalid_union":
      return `“${name}” is ${show(found)}. ${choices(issue, plain(found))}`;
    case "invalid_format":
      return custom(issue) === null
        ? `“${name}” is ${show(found)}, which is not a valid ${issue.format}.`
        : `“${name}” is ${show(found)}. ${issue.message}`;
    case "custom":
      return issue.message;
    default:
      return `“${name}”: ${issue.message}.`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object with fields",
  record: "an object with fields",
};

function explainType(name: string, expected: string, found: unknown): string {
  const wanted = typeNames[expected] ?? expected;
  if (found === null) return `“${name}” is empty, and must be ${wanted}. Write a value, or leave the field out.`;
  if (expected === "string" && (typeof found === "number" || typeof found === "boolean")) {
    return `“${name}” must be a text. Put it in quotes: "${found}".`;
  }
  if ((expected === "number" || expected === "int") && typeof found === "string" && Number.isFinite(Number(found))) {
    return `“${name}” must be ${wanted}. Remove the quotes: ${found}.`;
  }
  if (expected === "array" && plain(found) !== "") return `“${name}” must be a list. Write [${plain(found)}].`;
  return `“${name}” is ${show(found)}, and must be ${wanted}.`;
}

function explainBound(name: string, origin: string, relation: string, bound: number | bigint): string {
  if (origin === "string") {
    return bound === 1
      ? `“${name}” is empty. Write something.`
      : `“${name}” must have ${relation} ${bound} characters.`;
  }
  if (origin === "array") return `“${name}” must have ${relation} ${bound} ${bound === 1 ? "entry" : "entries"}.`;
  return `“${name}” must be ${relation} ${bound}.`;
}

function choices(issue: Issue, found = ""): string {
  const options = issue.code === "invalid_union" && "options" in issue ? issue.options : undefined;
  const names = Array.isArray(options) ? options.map(String) : namesWithin(issue);
  return names.length > 0 ? suggest(found, names) : "It has none of the forms that it may have.";
}

/** Words that one of a union's forms would take in its place. */
function namesWithin(issue: Issue): string[] {
  if (issue.code !== "invalid_union" || !("errors" in issue)) return [];
  return issue.errors.flat().flatMap((inner) => {
    if (inner.path.length > 0) return [];
    return inner.code === "invalid_value" ? inner.values.map(String) : namesWithin(inner);
  });
}

function isMissing(issue: Issue, value: unknown): boolean {
  return issue.path.length > 0 && issue.code !== "custom" && valueAt(value, issue.path) === undefined;
}

/** The message, unless zod wrote it. */
function custom(issue: Issue): string | null {
  return /^(?:Invalid|Too (?:small|big)|Unrecognized)/.test(issue.message) ? null : issue.message;
}

function placeName(subject: Subject, path: Path): string {
  return [subject.name, ...path.map(String)].filter((part) => part !== "").join(".") || "gatehouse.yaml";
}

function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object with fields";
  return value === undefined ? "missing" : `“${plain(value).slice(0, 80)}”`;
}

/** A scalar as it was written; nothing for anything else. */
function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function toPointer(path: Path): string {
  return path.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function error(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}
