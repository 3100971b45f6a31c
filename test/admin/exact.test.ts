/** That the check which every request of these tests goes through would find a document that is not exact. */
import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/admin/resources.ts";
import { sealer } from "../../src/model/seal.ts";
import { documentCheck, type Exchange } from "./exact.ts";
import { management } from "./management.ts";

const check = documentCheck(resourcesOf({ explanations: sealer("only the document is looked at", "explanation") }));

async function exchange(changes: Partial<Exchange> = {}, answered: object = {}): Promise<Exchange> {
  const { call } = await management();
  const body = { slug: "books", name: "Books", prefix: "/books" };
  const answer = await call("POST", "/apis", { body });
  const json = { ...answer.json, ...answered };
  return {
    method: "POST",
    path: "/apis",
    headers: new Headers({ "Content-Type": "application/json" }),
    body: JSON.stringify(body),
    answer: { ...answer, json, text: JSON.stringify(json) },
    ...changes,
  };
}

describe("the check against the document", () => {
  it("lets pass what is as described", async () => {
    expect(() => check({} as Exchange)).toThrow();
    const sound = await exchange();
    expect(() => check(sound)).not.toThrow();
  });

  it.each<[string, Partial<Exchange>, object]>([
    ["a field of another type in the answer", {}, { edition: "one" }],
    ["a field that the answer lacks", {}, { slug: undefined }],
    ["a parameter that is not described", { path: "/apis?unknown=1" }, {}],
    ["a field that the body may not have", { body: '{"slug":"b","name":"B","prefix":"/b","unknown":1}' }, {}],
    ["a body of a type that is not described", { headers: new Headers({ "Content-Type": "text/csv" }) }, {}],
  ])("finds %s", async (_name, changes, answered) => {
    const wrong = await exchange(changes, answered);
    expect(() => check(wrong)).toThrow();
  });

  it("finds a status and a media type of an answer that are not described", async () => {
    const sound = await exchange();
    expect(() => check({ ...sound, answer: { ...sound.answer, status: 202 } })).toThrow(/202 of POST/);
    const headers = new Headers(sound.answer.headers);
    headers.set("Content-Type", "text/html");
    expect(() => check({ ...sound, answer: { ...sound.answer, headers } })).toThrow(/html/);
  });
});
