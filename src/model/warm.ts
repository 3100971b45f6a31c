/**
 * What an isolate most often holds in memory, and else must read. There at once it is no promise: each promise costs a warm
 * call about as much as the look-up itself.
 */
export type Warm<Value> = Value | Promise<Value>;

/** Goes on with a value, in the same breath if it is there. */
export function whenThere<Value, Result>(value: Warm<Value>, goOn: (value: Value) => Promise<Result>): Promise<Result>;
export function whenThere<Value, Result>(value: Warm<Value>, goOn: (value: Value) => Warm<Result>): Warm<Result>;
export function whenThere<Value, Result>(value: Warm<Value>, goOn: (value: Value) => Warm<Result>): Warm<Result> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
