/** @module The management API, as far as the command line uses it. Answers are parsed; refusals become failures. */
import * as z from "zod";
import { PlacedFinding, PlatformPlan } from "../catalog/platform-file/platform-plan.ts";
import { failure } from "./failure.ts";
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
export function planFile(login: Login, loaded: LoadedFile): Promise<PlatformPlan> {
  return putFile(login, loaded, "?plan=true", {});
}

/** Makes the changes of that plan, if the server's state is still the one it was made from. */
export function applyFile(login: Login, loaded: LoadedFile, planId: string): Promise<PlatformPlan> {
  return putFile(login, loaded, "", { planId });
}

async function putFile(login: Login, loaded: LoadedFile, query: string, more: object): Promise<PlatformPlan> {
  const url = new URL(`${login.server}/platform-file${query}`);
  const body = JSON.stringify({ file: loaded.file, documents: loaded.documents, ...more });
  let answer: Answer;
  try {
    answer = await request(url, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${login.token}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      body,
      timeoutMs: 120_000,
    });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw failure(
      `${url.origin} does not answer: ${why}.`,
      "Check that it runs and that the address is right, then try again.",
    );
  }
  if (answer.status >= 300) throw refusal(answer, loaded, url);
  const plan = PlatformPlan.safeParse(parseJson(answer.text));
  if (plan.success) return plan.data;
  throw failure(
    `${url.origin} answers ${answer.status} with something else than a plan.`,
    "Check that the address is a Gatehouse of this version.",
  );
}

function refusal(answer: Answer, loaded: LoadedFile, url: URL): Error {
  const parsed = ProblemAnswer.safeParse(parseJson(answer.text));
  if (!parsed.success || parsed.data.code === "") {
    return failure(
      `${url.origin} answers ${answer.status}, and not as Gatehouse does.`,
      "Check the address of the management API.",
    );
  }
  const { code, title, detail, instance, findings = [], errors = [] } = parsed.data;
  const { status } = answer;
  const placed = [
    ...findings,
    ...errors.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/file(?=\/|$)/, "") })),
  ];
  const trace = status >= 500 && instance !== undefined ? `${code}, ${instance}` : code;
  if (placed.length > 0) {
    const count = placed.length === 1 ? "one thing" : `${placed.length} things`;
    return failure(
      `The server refuses ${count} in ${loaded.path} (${trace}).`,
      nextStep(code, status),
      loaded.locate(placed),
    );
  }
  return failure(detail === "" ? `${title}.` : detail, `${nextStep(code, status)} (${trace})`);
}

function nextStep(code: string, status: number): string {
  switch (code) {
    case "plan-outdated":
      return "Somebody changed the workspace in between. Run the command again to see the new plan.";
    case "token-missing":
    case "token-invalid":
      return "Give a valid admin token with --token or GATEHOUSE_TOKEN.";
    case "scope-missing":
      return "Use a token that has the scope.";
    default:
      return status >= 500
        ? "See with gatehouse diff what was changed: all of it or nothing. Then try again, or ask the server's operator."
        : "Nothing was changed. Mend what is named, then run the command again.";
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
