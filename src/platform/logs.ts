import type { Logs } from "../actions/context.ts";

/** The object that holds a workspace's calls as they end. */
export const tailName = (workspace: string): string => `tail:${workspace}`;

export function tailLogs(env: Pick<Env, "TAIL">): Logs {
  return { read: (question) => env.TAIL.getByName(tailName(question.workspace)).read(question) };
}
