/** Virtual time: events in order of time, then of planning. */
export interface VirtualTime {
  now(): number;
  at(time: number, event: () => void): void;
  /** Runs the next event and the promise jobs that follow from it; false if none is planned before `end`. */
  step(end: number): Promise<boolean>;
}

interface Planned {
  readonly time: number;
  readonly order: number;
  readonly event: () => void;
}

/** Longest chain of promise jobs from a reply to the end of `admit`, with room. */
const jobs = 40;

export function virtualTime(start: number): VirtualTime {
  const heap: Planned[] = [];
  let now = start;
  let order = 0;
  const before = (a: Planned, b: Planned): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

  function push(item: Planned): void {
    let index = heap.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const other = heap[parent];
      if (other === undefined || !before(item, other)) break;
      heap[index] = other;
      index = parent;
    }
    heap[index] = item;
  }

  function pop(): Planned | undefined {
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      let best = heap[child];
      const right = heap[child + 1];
      if (best !== undefined && right !== undefined && before(right, best)) {
        child += 1;
        best = right;
      }
      if (best === undefined || !before(best, last)) break;
      heap[index] = best;
      index = child;
    }
    heap[index] = last;
    return top;
  }

  return {
    now: () => now,
    at(time, event) {
      push({ time: Math.max(time, now), order: (order += 1), event });
    },
    async step(end) {
      const next = heap[0];
      if (next === undefined || next.time > end) return false;
      pop();
      now = next.time;
      next.event();
      for (let job = 0; job < jobs; job += 1) await Promise.resolve();
      return true;
    },
  };
}
