/** @module The management API, as far as the command line uses it. Answers are parsed; refusals become failures. */
import * as z from "zod";
import { PlacedFinding, PlatformPlan } from "../catalog/platform-file/platform-plan.ts";
import { failure, type LocatedFinding } from "./failure.ts";
import { request, type Answer } from "./http.ts";
import type { LoadedFile } from "./load-file.ts";
import type { Login } from "./login.ts";

const ProblemAnswer = z.object({
  code: z.string().default(""),
  title: z.string().default("The server refused"),
  detail: z.string().default(""),
  instance: z.string().optional(),
  findings: z.array(PlacedFinding).optional(),
  errors: z.array(PlacedFinding).optional(),
});

/** What applying the file would change. Changes nothing. */
export function planFile(login: Login, loaded: LoadedFile, prune = false): Promise<PlatformPlan> {
  return putFile(login, loaded, prune ? "?plan=true&prune=true" : "?plan=true", {});
}

/** Makes the changes of that plan, if the server's state is still the one it was made from. */
export function applyFile(login: Login, loaded: LoadedFile, planId: string, prune = false): Promise<PlatformPlan> {
  return putFile(login, loaded, prune ? "?prune=true" : "", { planId });
}

async function putFile(login: Login, loaded: LoadedFile, query: string, more: object): Promise<PlatformPlan> {
  const body = { file: loaded.written, documents: loaded.documents, ...more };
  const locate = (findings: readonly PlacedFinding[]): readonly LocatedFinding[] =>
    loaded.locate(findings.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/file(?=\/|$)/, "") })));
  const answer = await callManagement(
    login,
    { method: "PUT", path: `/platform-file${query}`, body },
    { path: loaded.path, locate },
  );
  return parsed(answer, PlatformPlan, login);
}

/** A request of the management API. Paths begin below its base. */
export interface ManagementRequest {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
  /** A body that is a text of its own kind, in place of one in JSON. */
  readonly content?: { readonly text: string; readonly mediaType: string };
  readonly accept?: string;
  readonly workspace?: string | undefined;
}

/** The operator's file that a request was made of: findings are shown at their places in it. */
interface Origin {
  readonly path: string;
  locate(findings: readonly PlacedFinding[]): readonly LocatedFinding[];
}

/** The answer, if it is one of success. Throws a failure that says what to do where there is none, or a refusal. */
export async function callManagement(
  login: Login,
  { method, path, body, content, accept = "application/json", workspace }: ManagementRequest,
  origin?: Origin,
): Promise<Answer> {
  refuseUnsendable(login, workspace);
  const url = new URL(`${login.server}${path}`);
  const sent =
    content ?? (body === undefined ? undefined : { text: JSON.stringify(body), mediaType: "application/json" });
  let answer: Answer;
  try {
    answer = await request(url, {
      method,
      headers: {
        authorization: `Bearer ${login.token}`,
        accept,
        ...(sent === undefined ? {} : { "content-type": sent.mediaType }),
        // A command says what it means, whatever was there before: workspaces that want to be told so are.
        ...(method === "PUT" || method === "PATCH" || method === "DELETE" ? { "if-match": "*" } : {}),
        ...(workspace === undefined ? {} : { "gatehouse-workspace": workspace }),
      },
      ...(sent === undefined ? {} : { body: sent.text }),
      timeoutMs: 120_000,
    });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw failure(
      `${url.origin} does not answer: ${why}.`,
      "Check that it runs and that the address is right, then try again.",
    );
  }
  if (answer.status >= 300) throw refusal(answer, { url, method }, origin);
  return answer;
}

/** What stands in a header is checked before: the runtime's own refusal says nothing about flags. */
function refuseUnsendable({ token }: Login, workspace: string | undefined): void {
  const sendable = /^[\x21-\x7E]+$/;
  if (!sendable.test(token)) {
    throw failure("The token holds what no token does.", "Give a valid admin token with --token or GATEHOUSE_TOKEN.");
  }
  if (workspace !== undefined && !sendable.test(workspace)) {
    throw failure(`“${workspace}” cannot be a workspace.`, "Give the id of one with --workspace, such as bookshop.");
  }
}

/** What an answer holds, by its schema. */
export function parsed<Schema extends z.ZodType>(answer: Answer, schema: Schema, login: Login): z.output<Schema> {
  const found = schema.safeParse(parseJson(answer.text));
  if (found.success) return found.data;
  throw failure(
    `${login.server} answers ${answer.status} with something else than was asked for.`,
    "Check that the address is a Gatehouse of this version.",
  );
}

interface Sent {
  readonly url: URL;
  readonly method: ManagementRequest["method"];
}

function refusal(answer: Answer, sent: Sent, origin: Origin | undefined): Error {
  const body = ProblemAnswer.safeParse(parseJson(answer.text));
  if (!body.success || body.data.code === "") {
    return failure(
      `${sent.url.origin} answers ${answer.status}, and not as Gatehouse does.`,
      "Check the address of the management API.",
    );
  }
  const { code, title, detail, instance, findings = [], errors = [] } = body.data;
  const { status } = answer;
  const placed = [...findings, ...errors];
  const trace = status >= 500 && instance !== undefined ? `${code}, ${instance}` : code;
  if (placed.length > 0 && origin !== undefined) {
    const count = placed.length === 1 ? "one thing" : `${placed.length} things`;
    return failure(
      `The server refuses ${count} in ${origin.path} (${trace}).`,
      nextStep(code, status, sent),
      origin.locate(placed),
    );
  }
  const said = detail === "" ? `${title}.` : detail;
  const listed = placed.length < 2 ? [] : placed.map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return failure([said, ...listed].join("\n"), `${nextStep(code, status, sent)} (${trace})`);
}

function nextStep(code: string, status: number, sent: Sent): string {
  switch (code) {
    case "plan-outdated":
      return "Somebody changed the workspace in between. Run the command again to see the new plan.";
    case "token-missing":
    case "token-invalid":
      return "Give a valid admin token with --token or GATEHOUSE_TOKEN.";
    case "version-in-use":
      return "Nothing was changed. A reason is given with --reason, or in the file as the version's reason.";
    case "scope-missing":
      return "Use a token that has the scope.";
    default:
      return status >= 500
        ? `${afterFault(sent)} Then try again, or ask the server's operator.`
        : "Nothing was changed. Mend what is named, then run the command again.";
  }
}

/** A fault of the server leaves open what became of the request. */
function afterFault({ url, method }: Sent): string {
  if (method === "GET" || url.searchParams.has("plan")) return "Nothing was changed. Wait a moment.";
  return url.pathname.endsWith("/platform-file")
    ? "See with gatehouse diff what was changed: all of it or nothing."
    : "It may have been done all the same: see with gatehouse audit.";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
