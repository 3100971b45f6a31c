/** What the ask-counting worker has counted since its isolate began. */
export interface AskCount {
  /** Questions to ledger objects, of whatever kind. */
  asks: number;
  /** Of them those that a call waited for, as they took a unit for it. */
  waitedFor: number;
}
