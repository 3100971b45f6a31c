import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../../src/model/problem.ts";
import { gateway, kept, mustNotAsk, reset } from "../../support/cache-case.ts";

beforeEach(reset);

describe("changes", () => {
  const fill = async (get: ReturnType<typeof gateway>) => {
    const vary = { vary: "accept" };
    for (const accept of ["a", "b", "c"]) {
      await get("/books", () => kept(`mine ${accept}`, "max-age=60", vary), { headers: { accept } });
    }
    await get("/public", kept("all", "public, max-age=60"));
  };

  it.each(["PUT", "POST", "PATCH", "DELETE"])("%s that succeeds ends every variant of the URI", async (method) => {
    const get = gateway();
    await fill(get);
    await get("/books", new Response("done"), { method });
    await get("/public", new Response("done"), { method });
    for (const isolate of [get, gateway()]) {
      for (const accept of ["a", "b", "c"]) {
        const again = await isolate("/books", () => new Response(`new ${accept}`), { headers: { accept } });
        expect(again.text).toBe(`new ${accept}`);
      }
      expect((await isolate("/public", new Response("new"))).text).toBe("new");
    }
  });

  it("end what an old variant was kept beside, for good", async () => {
    const get = gateway();
    await fill(get);
    await get("/books", new Response("done"), { method: "PUT" });
    await get("/books", () => kept("new a", "max-age=60", { vary: "accept" }), { headers: { accept: "a" } });
    const other = await get("/books", () => new Response("new b"), { headers: { accept: "b" } });
    expect(other.text).toBe("new b");
  });

  it("that fail end nothing", async () => {
    const get = gateway();
    await fill(get);
    await get("/books", new Response("no", { status: 409 }), { method: "PUT" });
    await get(
      "/books",
      () => {
        throw new Problem("body-too-large", { detail: "Too large." });
      },
      { method: "PUT" },
    );
    expect((await get("/books", mustNotAsk, { headers: { accept: "b" } })).outcome).toBe("hit");
  });

  it("end what they name as changed, on the same origin", async () => {
    const get = gateway();
    await get("/books/1", kept("one", "max-age=60"));
    await get("/books/2", kept("two", "max-age=60"));
    const headers = { location: "/books/1", "content-location": "https://other.example/books/2" };
    await get("/books", new Response("made", { status: 201, headers }), { method: "POST" });
    expect((await get("/books/1", new Response("new"))).text).toBe("new");
    expect((await get("/books/2", mustNotAsk)).text).toBe("two");
  });
});
