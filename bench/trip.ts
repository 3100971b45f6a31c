/** @module What the counting worker writes down, and the benchmark reads. */

/** Ticks of one counter that only orders: a trip that ended before another began lies wholly before it. */
export interface Trip {
  /** Binding and method, such as `REGISTRY.get`. */
  readonly name: string;
  readonly began: number;
  /** Zero while it is under way. */
  ended: number;
}

/** The name under which calls to the upstream are written down. */
export const upstreamTrip = "upstream";

export interface CountedCall {
  readonly trips: Trip[];
}
