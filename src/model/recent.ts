/**
 * @module A map that remembers what was used of late, up to a bound: the memory of an isolate stays flat however many APIs,
 * keys and programs there are.
 */

export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
  readonly size: number;
}

/** A second bound, for values of very different sizes: what they weigh together, in any unit. One alone may weigh more. */
export interface Weights<Value> {
  readonly max: number;
  /** Always the same for the same value. */
  of(value: Value): number;
}

/** Evicts in the order of insertion, refreshed by `get` once an entry has aged past half of the others. */
export function recent<Value>(sizeMax: number, weights?: Weights<Value>): Recent<Value> {
  // Two generations instead of one ordered map: a hit in the young one costs a single look-up and no re-insertion.
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let weight = 0;
  const isFull = (): boolean =>
    young.size >= Math.ceil(sizeMax / 2) || (weights !== undefined && weight >= weights.max / 2);
  const set = (key: string, value: Value): void => {
    const before = young.get(key);
    if (before === undefined && isFull()) {
      old = young;
      young = new Map();
      weight = 0;
    }
    if (weights !== undefined) weight += weights.of(value) - (before === undefined ? 0 : weights.of(before));
    young.set(key, value);
    old.delete(key);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    set,
    delete(key) {
      const gone = young.get(key);
      if (gone !== undefined && weights !== undefined) weight -= weights.of(gone);
      young.delete(key);
      old.delete(key);
    },
    clear() {
      weight = 0;
      young.clear();
      old.clear();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
