import { describe, expect, it } from "vitest";
import { sealer } from "../../src/model/seal.ts";

const secret = "a-secret-of-enough-length-0123456789";

describe("sealer", () => {
  it("opens what it sealed, whatever the text", async () => {
    const box = sealer(secret, "explanation");
    for (const text of ["", "plan-limits refused on “month”", '{"steps":[1,2,3]}', "𝄞".repeat(100)]) {
      expect(await box.open(await box.seal(text))).toBe(text);
    }
  });

  it("never seals alike twice, and uses only URL-safe characters", async () => {
    const box = sealer(secret, "explanation");
    const sealed = await Promise.all(Array.from({ length: 50 }, () => box.seal("the same")));
    expect(new Set(sealed).size).toBe(50);
    for (const each of sealed) expect(each).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it("keeps 400 bytes of text within the 600 of an instance", async () => {
    expect((await sealer(secret, "explanation").seal("x".repeat(400))).length).toBeLessThanOrEqual(572);
  });

  it("opens nothing for another purpose, secret or binding", async () => {
    const sealed = await sealer(secret, "explanation").seal("text", "call-1");
    expect(await sealer(secret, "explanation").open(sealed, "call-1")).toBe("text");
    expect(await sealer(secret, "explanation").open(sealed, "call-2")).toBeNull();
    expect(await sealer(secret, "explanation").open(sealed)).toBeNull();
    expect(await sealer(secret, "console-session").open(sealed, "call-1")).toBeNull();
    expect(await sealer(`${secret}!`, "explanation").open(sealed, "call-1")).toBeNull();
  });

  it("answers null for whatever was changed, cut or made up, and never throws", async () => {
    const box = sealer(secret, "explanation");
    const sealed = await box.seal("text that matters");
    for (let index = 0; index < sealed.length; index += 1) {
      const flipped = sealed[index] === "A" ? "B" : "A";
      const changed = sealed.slice(0, index) + flipped + sealed.slice(index + 1);
      // The last character carries bits that base64 does not use: only then may the text still be the same.
      if (index < sealed.length - 1) expect(await box.open(changed)).toBeNull();
    }
    for (const made of ["", "A", "====", "not base64!", sealed.slice(0, 20), `${sealed}=`, "A".repeat(5000)]) {
      expect(await box.open(made)).toBeNull();
    }
  });
});
