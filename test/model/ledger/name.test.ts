import { expect, it } from "vitest";
import { ledgerName, parseLedgerName } from "../../../src/model/ledger/name.ts";

it("says whose calls are counted, and where", () => {
  const name = { subject: "app", workspace: "ws_1", environment: "env_1", id: "app_1" } as const;
  expect(ledgerName(name)).toBe("app:ws_1:env_1:app_1");
  expect(parseLedgerName("app:ws_1:env_1:app_1")).toEqual(name);
  expect(parseLedgerName("crowd:ws_1:env_1:2001:db8::1")).toMatchObject({ subject: "crowd", id: "2001:db8::1" });
  for (const other of ["", "team:ws_1:env_1:x", "app:ws_1:env_1:", "app::env_1:x", "app:ws_1"]) {
    expect(parseLedgerName(other)).toBeNull();
  }
});
