import { shardName } from "../../model/ledger/name.ts";

/** Beyond this many, usage of some goes to the ledger itself, which counts it as well. */
const rememberedMax = 1_000;

/** Which object this isolate asks for a ledger: of a ledger's shards always the same, as long as their number is. */
export interface Places {
  of(ledger: string, shards: number): string;
  /** The one that was last asked for it. */
  last(ledger: string): string;
}

export function createPlaces(makeId: () => string): Places {
  const shardOf = new Map<string, string>();
  let place: number | null = null;

  return {
    of(ledger, shards) {
      if (shards <= 1) {
        if (shardOf.size > 0) shardOf.delete(ledger);
        return ledger;
      }
      place ??= placeOf(makeId());
      const name = shardName(ledger, place % shards);
      if (shardOf.size >= rememberedMax) shardOf.clear();
      shardOf.set(ledger, name);
      return name;
    },
    last: (ledger) => shardOf.get(ledger) ?? ledger,
  };
}

/** Ids spread evenly (FNV-1a). */
function placeOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
