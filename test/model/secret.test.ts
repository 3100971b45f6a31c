import { describe, expect, it } from "vitest";
import { findSecrets, parseSecretText, secretBox, secretBytesMax } from "../../src/model/secret.ts";

const place = { workspace: "ws", environment: "env_1", name: "TOKEN" };
const one = { id: "k1", secret: "the first key, long enough" };
const two = { id: "k2", secret: "the second key, long enough" };

describe("a box of secrets", () => {
  it("opens what it sealed, however long, and shows nothing of it", async () => {
    const box = secretBox([one]);
    for (const value of ["s", "s3cret ✓", "x".repeat(secretBytesMax)]) {
      const sealed = await box.seal(place, value);
      expect(sealed.keyId).toBe("k1");
      if (value.length > 4) expect(sealed.sealed).not.toContain(value);
      expect(await box.open(place, sealed)).toBe(value);
    }
  });

  it("opens nothing in another place, nor what was changed", async () => {
    const box = secretBox([one]);
    const sealed = await box.seal(place, "s3cret");
    for (const other of [{ workspace: "ws2" }, { environment: "env_2" }, { name: "OTHER" }]) {
      expect(await box.open({ ...place, ...other }, sealed)).toBeNull();
    }
    expect(await box.open(place, { ...sealed, sealed: `A${sealed.sealed.slice(1)}x` })).toBeNull();
  });

  it("goes on opening with keys behind the first, and with none that was taken out", async () => {
    const sealed = await secretBox([one]).seal(place, "s3cret");
    const both = secretBox([two, one]);
    expect(await both.open(place, sealed)).toBe("s3cret");
    const anew = await both.seal(place, "s3cret");
    expect(anew.keyId).toBe("k2");
    expect(await secretBox([two]).open(place, anew)).toBe("s3cret");
    expect(await secretBox([two]).open(place, sealed)).toBeNull();
    // Whoever holds the value of a key under another id opens nothing either.
    expect(await secretBox([{ ...one, id: "k2" }]).open(place, anew)).toBeNull();
  });
});

describe("a text that names secrets", () => {
  it("is read in parts", () => {
    expect(parseSecretText("Basic ${secret:USER}:${secret:PASS}!")).toEqual([
      { text: "Basic " },
      { secret: "USER" },
      { text: ":" },
      { secret: "PASS" },
      { text: "!" },
    ]);
    expect(parseSecretText("plain $ {secret:X}")).toEqual([{ text: "plain $ {secret:X}" }]);
  });

  it("is found anywhere, with its place", () => {
    const config = { set: { "x/y": "${secret:A}" }, list: [1, null, ["${secret:B}${secret:A}"]] };
    expect(findSecrets(config, "/config")).toEqual([
      { name: "A", pointer: "/config/set/x~1y" },
      { name: "B", pointer: "/config/list/2/0" },
      { name: "A", pointer: "/config/list/2/0" },
    ]);
  });
});
