/**
 * @module Monetisation: what consumers have paid for. Prepaid credit is granted here and spent in the ledgers, which alone know
 * what is left of it.
 */
import { createGrant } from "./create-grant.ts";
import { getCredit } from "./get-credit.ts";
import { getGrant } from "./get-grant.ts";
import { listGrants } from "./list-grants.ts";
import { listJournal } from "./list-journal.ts";
import { updateGrant } from "./update-grant.ts";
import { voidGrant } from "./void-grant.ts";

export { runFunding } from "./fund-grants.ts";
export { Grant } from "./grant.ts";
export { JournalLine } from "./list-journal.ts";

/** Everything that this area can do. */
export const monetisation = {
  createGrant,
  getCredit,
  getGrant,
  listGrants,
  listJournal,
  updateGrant,
  voidGrant,
} as const;
