import type * as z from "zod";
import { toPointer } from "../model/explain-issues.ts";
import { Problem, type Finding } from "../model/problem.ts";

/** Parses what a caller sent. Throws `input-invalid` with every invalid field in `members.errors`, by JSON pointer. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw inputInvalid(inputFindings(parsed.error));
}

/** The refusal of an input by findings: what decisions throw, too, for what no schema can see. */
export function inputInvalid(errors: readonly Finding[]): Problem {
  const first = errors[0];
  const detail = first === undefined ? "The input is not valid." : `${first.pointer || "The input"}: ${first.message}`;
  return new Problem("input-invalid", {
    detail: errors.length > 1 ? `${detail} (and ${errors.length - 1} more, see errors)` : detail,
    members: { errors },
  });
}

/** zod's issues as findings. `base` is the pointer of the parsed value in the whole input. */
export function inputFindings(error: z.ZodError, base = ""): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const pointer = base + toPointer(issue.path);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => finding(pointer + toPointer([key]), "There is no such field. Remove it."));
    }
    return [finding(pointer, issue.message)];
  });
}

function finding(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}
