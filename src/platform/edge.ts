import type { Edge } from "../actions/context.ts";
import { bucketKey, programKey, rootKey } from "../model/program.ts";
import { recordKey } from "../model/records.ts";

/** The edge over KV and the Beacon. Stubs are made anew for each call: one that has seen an error may be broken. */
export function kvEdge(env: Pick<Env, "REGISTRY" | "BEACON" | "COURIER" | "LEDGER">): Edge {
  const put = (key: string, value: unknown) => env.REGISTRY.put(key, JSON.stringify(value));
  return {
    putProgram: (hash, program) => put(programKey(hash), program),
    putBucket: (hash, bucket) => put(bucketKey(hash), bucket),
    putRecord: (kind, id, record) =>
      record === null ? env.REGISTRY.delete(recordKey(kind, id)) : put(recordKey(kind, id), record),
    async announce(root, signals) {
      const newest = await env.BEACON.getByName("beacon").announce(root, signals);
      // Overtaken already: whoever announced the newer one stores it. Writing ours could put the fallback back.
      if (newest.sequence > root.sequence) return;
      try {
        await put(rootKey, root);
      } catch {
        // KV takes one write a second of a key, so a burst of changes is refused: its last one tries again.
        await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 1_000));
        const later = await env.BEACON.getByName("beacon").since({
          root: root.sequence,
          cursor: Number.MAX_SAFE_INTEGER,
        });
        if (later.root === null) await put(rootKey, root);
      }
    },
    async judge(ledger, judgement) {
      await env.LEDGER.getByName(ledger).judge(judgement);
    },
    async fund(ledger, funding) {
      await env.LEDGER.getByName(ledger).fund(funding);
    },
    wakeCourier: (withinMs) => env.COURIER.getByName("courier").wake(withinMs),
  };
}
