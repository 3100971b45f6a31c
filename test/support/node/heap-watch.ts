/**
 * @module The heap of the gateway's isolate, as the runtime's inspector tells it while something is going on there.
 *
 * The inspector waits while JavaScript runs: a sample shows what a turn has left behind, not how high it was in between. Who
 * must be sure of that as well starts the worker with a smaller heap, which ends workerd once V8 cannot keep within it.
 */
import type { Miniflare } from "miniflare";

/** Bytes, as the DevTools protocol's `Runtime.getHeapUsage` counts them. */
interface HeapUsage {
  /** Objects and strings, and what has not been collected yet. */
  readonly usedSize: number;
  /** What the runtime's own objects take. */
  readonly embedderHeapUsedSize?: number;
  /** Contents of buffers. */
  readonly backingStorageSize?: number;
}

/**
 * Does the work, and answers the most that the gateway's isolate was seen to hold meanwhile, buffers and what was not collected
 * yet included; and what it keeps when all that it does not need has been collected. What the work has left under way (usage on its
 * way to the database, objects that are not at rest yet) takes a while to end, so it collects until no more than `enough` MiB are
 * kept, for about a minute at most.
 */
export async function watchHeap(
  miniflare: Miniflare,
  work: () => Promise<void>,
  enough = Infinity,
): Promise<{ readonly mostMiB: number; readonly keptMiB: number }> {
  const inspector = await openInspector(miniflare, "gatehouse");
  const ended = new AbortController();
  let most = 0;
  const held = async (): Promise<number> => {
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await inspector.heapUsage();
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  };
  const watch = async (): Promise<void> => {
    do most = Math.max(most, await held());
    while (!ended.signal.aborted);
  };
  try {
    await Promise.all([work().finally(() => ended.abort()), watch()]);
    let kept: number;
    let collections = 0;
    do {
      await inspector.collectGarbage();
      kept = await held();
      collections += 1;
    } while (kept > enough * mebibyte && collections < collectionsMax);
    return { mostMiB: most / mebibyte, keptMiB: kept / mebibyte };
  } finally {
    inspector.close();
  }
}

const mebibyte = 1024 * 1024;
const collectionsMax = 60;

interface Inspector {
  heapUsage(): Promise<HeapUsage>;
  collectGarbage(): Promise<void>;
  close(): void;
}

/** Of the worker with that name, in a runtime that was started with its inspector open. One question at a time. */
async function openInspector(miniflare: Miniflare, worker: string): Promise<Inspector> {
  const { host } = await miniflare.getInspectorURL();
  const socket = new WebSocket(`ws://${host}/core:user:${worker}`);
  const closed = new Promise<never>((_, reject) => {
    socket.addEventListener("close", () => reject(new Error("The inspector is closed: has workerd ended?")));
  });
  const next = (event: "open" | "message") =>
    Promise.race([closed, new Promise<Event>((resolve) => socket.addEventListener(event, resolve, { once: true }))]);
  await next("open");
  const ask = async (method: string): Promise<unknown> => {
    const answer = next("message");
    socket.send(JSON.stringify({ id: 1, method }));
    return (JSON.parse(String(((await answer) as MessageEvent).data)) as { readonly result: unknown }).result;
  };
  return {
    heapUsage: async () => (await ask("Runtime.getHeapUsage")) as HeapUsage,
    collectGarbage: async () => void (await ask("HeapProfiler.collectGarbage")),
    close: () => socket.close(),
  };
}
