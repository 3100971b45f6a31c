import { describe, expect, it } from "vitest";
import { auditHash, brokenLink, emptyChain, type AuditEntry, type ChainHead } from "../../src/model/audit-chain.ts";
import { trail } from "../support/trail.ts";

async function firstBreak(entries: readonly AuditEntry[]): Promise<readonly [number, string] | null> {
  let head: ChainHead = emptyChain;
  for (const entry of entries) {
    const reason = await brokenLink(head, entry);
    if (reason !== null) return [entry.sequence, reason];
    head = entry;
  }
  return null;
}

describe("brokenLink", () => {
  it("finds none in a trail as it was written, whatever the order of the fields", async () => {
    const entries = await trail(5);
    expect(await firstBreak(entries)).toBeNull();
    const reversed = entries.map((one) => Object.fromEntries(Object.entries(one).reverse()) as AuditEntry);
    expect(await firstBreak(JSON.parse(JSON.stringify(reversed)) as AuditEntry[])).toBeNull();
    expect(await firstBreak([])).toBeNull();
  });

  it.each([
    ["actor", "tok_2"],
    ["at", 5],
    ["after", { name: "Nothing happened" }],
    ["before", null],
    ["workspace", "other"],
  ] as const)("names the entry whose %s was rewritten", async (field, value) => {
    const entries = await trail(4);
    entries.splice(2, 1, { ...(entries[2] as AuditEntry), [field]: value });
    expect(await firstBreak(entries)).toEqual([3, "It does not say what it said when it was written."]);
  });

  it("names the entry behind one that was rewritten with a hash to match", async () => {
    const entries = await trail(4);
    const { hash: _hash, ...forged } = { ...(entries[1] as AuditEntry), actor: "tok_2" };
    entries.splice(1, 1, { ...forged, hash: await auditHash(forged) });
    expect(await firstBreak(entries)).toEqual([
      3,
      "It was written after another entry 2 than the one that stands there now.",
    ]);
  });

  it("says what is missing, and what stands out of its place", async () => {
    const entries = await trail(6);
    expect(await firstBreak(entries.toSpliced(2, 1))).toEqual([4, "Entry 3 is missing before it."]);
    expect(await firstBreak(entries.slice(3))).toEqual([4, "Entries 1 to 3 are missing before it."]);
    expect(await firstBreak([...entries.slice(0, 2), ...entries.slice(1)])).toEqual([
      2,
      "It stands where entry 3 should.",
    ]);
    const first = entries[0] as AuditEntry;
    expect(await firstBreak([{ ...first, previousHash: "abc" }])).toEqual([
      1,
      "It names an entry before it, and is the first.",
    ]);
  });
});
