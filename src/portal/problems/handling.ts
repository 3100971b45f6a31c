/** What a program does when it meets a problem: a few ways are enough for all codes. */
export type Handling = "mend" | "wait" | "retry" | "renew" | "pay" | "move" | "reread" | "report";

interface HandlingText {
  readonly say: string;
  /** JavaScript, for any runtime with `fetch`. `STATUS` and `CODE` stand for the problem's own. */
  readonly code: string;
}

const stop = (remark: string): string => `const answer = await fetch(url, options);
if (answer.status === STATUS) {
  const problem = await answer.json();
  // ${remark}
  throw new Error(\`\${problem.code}: \${problem.detail} (\${problem.instance})\`);
}`;

const handlings: Record<Handling, HandlingText> = {
  mend: {
    say: "Do not repeat it: the same request gets the same answer. Log the detail and stop.",
    code: stop("Mend the request; repeating it does not help."),
  },
  renew: {
    say: "Do not repeat it with the same credential. Stop, and tell whoever looks after the program.",
    code: stop("A person must look at the credential; repeating it does not help."),
  },
  pay: {
    say: "Do not repeat it before it is paid. Stop, and tell whoever looks after the program; the credential stays as it is.",
    code: stop("A person must pay first; repeating it does not help before."),
  },
  report: {
    say: "Repeating it does not help. Log the instance, and tell the operator.",
    code: stop("Only the operator can mend this: keep the instance for them."),
  },
  wait: {
    say: "Wait as long as Retry-After says, a little longer at random, then repeat the call.",
    code: `async function call(url, options, attempts = 5) {
  const answer = await fetch(url, options);
  if (answer.status !== STATUS || attempts === 1) return answer;
  const seconds = Number(answer.headers.get("retry-after") ?? 1) + Math.random();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return call(url, options, attempts - 1);
}`,
  },
  retry: {
    say: "Repeat calls that do no harm twice (GET, PUT, DELETE), each time after a longer pause. Ask before repeating others.",
    code: `async function call(url, options, attempt = 1) {
  const answer = await fetch(url, options);
  if (answer.status !== STATUS || attempt === 4) return answer;
  const pause = 250 * 2 ** attempt * (0.5 + Math.random());
  await new Promise((done) => setTimeout(done, pause));
  return call(url, options, attempt + 1);
}`,
  },
  move: {
    say: "Repeating it does not help. Until your program is moved, tell its users that the feature has ended.",
    code: `const answer = await fetch(url, options);
if (answer.status === STATUS) {
  const { successor } = await answer.json();
  throw new Error(\`This version has ended. Move to \${successor}.\`);
}`,
  },
  reread: {
    say: "Read the state again, make the change on top of it, and send it once more.",
    code: `const seen = await fetch(url, { headers });
const changed = change(await seen.json());
const answer = await fetch(url, {
  method: "PATCH",
  headers: { ...headers, "If-Match": seen.headers.get("etag") },
  body: JSON.stringify(changed),
});
// STATUS again: somebody else is at it. Begin anew.`,
  },
};

export function handlingOf(handling: Handling, status: number): HandlingText {
  const { say, code } = handlings[handling];
  return { say, code: code.replaceAll("STATUS", String(status)) };
}
