import { expect, it } from "vitest";
import { explanationText, openInstance, parseInstance, type Explanation } from "../../src/model/explanation.ts";
import { sealer } from "../../src/model/seal.ts";

const id = "01M8AGH3TF184RNVC7WMA3DY5Q";
const explanation: Explanation = {
  at: 1_764_115_200_000,
  workspace: "default",
  environment: "env_01M8AGH3TF184RNVC7WMA3DY5Q",
  code: "quota-exceeded",
  decidedBy: "plan-limits",
  type: "plan-limits",
  origin: "plan",
  route: "GET /books/{isbn}",
  api: "books",
  version: "v1",
  application: "app_01M8AGH3TF184RNVC7WMA3DY5Q",
  credential: "key_01M8AGH3TF184RNVC7WMA3DY5Q",
  ms: 3,
  passage: [["key", "passed", 1]],
};
const bytes = (text: string): number => new TextEncoder().encode(text).length;

it("opens what was sealed, whole, and only for the call that it was sealed for", async () => {
  const secret = sealer("a secret of at least 32 characters", "explanation");
  const sealed = await secret.seal(explanationText(explanation), id);
  expect(await openInstance(`urn:gatehouse:call:${id}.${sealed}`, secret)).toEqual(explanation);
  expect(await openInstance(`urn:gatehouse:call:${id.replace("Q", "R")}.${sealed}`, secret)).toBeNull();
  expect(await openInstance(`urn:gatehouse:call:${id}.${sealed.slice(0, -2)}AA`, secret)).toBeNull();
  expect(parseInstance(`urn:gatehouse:call:${id}`)).toBeNull();
});

it("never has more than 600 bytes: the oldest steps go first", async () => {
  const passage = Array.from({ length: 64 }, (_, index): [string, string, number] => [
    `policy-${index}`,
    "passed",
    index,
  ]);
  const text = explanationText({ ...explanation, passage });
  expect(bytes(text)).toBeLessThanOrEqual(600);
  expect(text).toContain("policy-63");
  expect(text).not.toContain('"policy-0"');
  const long = explanationText({ ...explanation, route: "/ü".repeat(2_000), passage });
  expect(bytes(long)).toBeLessThanOrEqual(600);
});
