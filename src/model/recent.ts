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

/** Evicts in the order of insertion, refreshed by `get` once an entry has aged past half of the others. */
export function recent<Value>(sizeMax: number): Recent<Value> {
  // Two generations instead of one ordered map: a hit in the young one costs a single look-up and no re-insertion.
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (young.size >= Math.ceil(sizeMax / 2) && !young.has(key)) {
      old = young;
      young = new Map();
    }
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
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young.clear();
      old.clear();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
