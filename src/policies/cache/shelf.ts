/**
 * Shelf: finds the stored response that a request selects, and the place for a new one.
 *
 * The first variant of a URI is kept under the URI's own key and says by which request headers the others differ, so that
 * it needs no index beside it: one read finds it. What an isolate has seen of a URI (whether its responses are shared, and
 * how they vary) only saves reads: knowing nothing, it reads both scopes at once; knowing wrong, it misses.
 */
import type { Call } from "../../model/call.ts";
import { recent, type Recent } from "../../model/recent.ts";
import type { Binding } from "../policy.ts";
import type { CacheEntry, CacheStore, CacheVariant } from "../services.ts";
import type { CacheConfig } from "./config.ts";
import { arrivedAt } from "./freshness.ts";
import { primaryKeys, type Scope, variantHash, variantKey } from "./keys.ts";

/** What an isolate has seen of URIs. One for all routes, so that it stays as small however many there are. */
interface Memory {
  /** By binding, revision and address: whose copy was found last. */
  readonly scopes: Recent<Scope>;
  /** By primary key: how the variants are told apart. */
  readonly variants: Recent<CacheVariant>;
}

const remembered = 4_000;
/** Longer addresses are not remembered: they are read twice instead of filling the isolate's memory. */
const urlLengthMax = 1_024;

/** An isolate has one store, and so one memory. */
const memories = new WeakMap<CacheStore, Memory>();

function memoryOf(store: CacheStore): Memory {
  const known = memories.get(store);
  if (known !== undefined) return known;
  const memory = { scopes: recent<Scope>(remembered), variants: recent<CacheVariant>(remembered) };
  memories.set(store, memory);
  return memory;
}

export interface Found {
  readonly entry: CacheEntry;
  readonly key: string;
}

/** One scope of a URI, as read. */
interface Read {
  readonly scope: Scope;
  readonly primary: CacheVariant | null;
  readonly found: Found | null;
}

export interface Visit {
  readonly found: Found | null;
  /** Whether the URI has a stored response at all: otherwise none of its variants is the request's. */
  readonly isKnown: boolean;
  readonly reads: readonly Read[];
}

export interface Shelf {
  visit(request: Request, call: Call): Promise<Visit>;
  /** Where a response to the request belongs. `visit` is what was found before it was asked for. */
  place(request: Request, call: Call, visit: Visit, shared: boolean, names: readonly string[]): Promise<Place>;
  /** Removes what is kept of a URI, for this consumer and for all: every variant goes with its first entry. */
  clear(request: Request, call: Call): Promise<void>;
}

export interface Place {
  readonly key: string;
  readonly variant: CacheVariant;
}

export function createShelf(config: CacheConfig, store: CacheStore, binding: Binding): Shelf {
  const primaryOf = primaryKeys(config, binding);
  const { scopes, variants } = memoryOf(store);
  const addressOf = (request: Request, call: Call) => `${binding.key} ${call.match.revision} ${request.url}`;

  async function read(request: Request, call: Call, scope: Scope): Promise<Read> {
    const primaryKey = await primaryOf(request, call, scope);
    const guess = await guessed(primaryKey, request);
    const [primary, early] = await Promise.all([store.get(primaryKey), guess === null ? null : store.get(guess)]);
    if (primary === null) {
      await discard(early);
      return { scope, primary: null, found: null };
    }
    variants.set(primaryKey, primary.variant);
    const hash = await variantHash(primary.variant.names, request.headers);
    if (hash === primary.variant.hash) {
      await discard(early);
      return { scope, primary: primary.variant, found: { entry: primary, key: primaryKey } };
    }
    await discard(primary);
    const key = await variantKey(primaryKey, primary.variant.generation, hash);
    if (key !== guess) await discard(early);
    const entry = key === guess ? early : await store.get(key);
    return { scope, primary: primary.variant, found: entry === null ? null : { entry, key } };
  }

  /** The key of another variant than the first, if this isolate knows how they differ: then both are read at once. */
  async function guessed(primaryKey: string, request: Request): Promise<string | null> {
    const known = variants.get(primaryKey);
    if (known === undefined) return null;
    const hash = await variantHash(known.names, request.headers);
    return hash === known.hash ? null : variantKey(primaryKey, known.generation, hash);
  }

  function remember(request: Request, call: Call, scope: Scope): void {
    if (request.url.length <= urlLengthMax) scopes.set(addressOf(request, call), scope);
  }

  return {
    async visit(request, call) {
      const scope = config.shared ? "shared" : scopes.get(addressOf(request, call));
      const wanted: readonly Scope[] = scope === undefined ? ["consumer", "shared"] : [scope];
      const reads = await Promise.all(wanted.map((one) => read(request, call, one)));
      // A URI whose responses changed from one scope to the other has old copies in both: the newest is meant.
      const found = reads
        .filter((one) => one.found !== null)
        .sort((a, b) =>
          b.found === null || a.found === null ? 0 : arrivedAt(b.found.entry) - arrivedAt(a.found.entry),
        );
      await Promise.all(found.slice(1).map((one) => discard(one.found?.entry ?? null)));
      const [best] = found;
      if (best !== undefined) remember(request, call, best.scope);
      return { found: best?.found ?? null, isKnown: reads.some((one) => one.primary !== null), reads };
    },

    async place(request, call, visit, shared, names) {
      const scope: Scope = shared ? "shared" : "consumer";
      remember(request, call, scope);
      const primaryKey = await primaryOf(request, call, scope);
      const hash = await variantHash(names, request.headers);
      const primary = visit.reads.find((one) => one.scope === scope)?.primary ?? null;
      const isSame = primary !== null && primary.names.join() === names.join();
      // Another way of varying starts anew: the variants that were told apart the old way are not found any more.
      const variant = { names, hash, generation: isSame ? primary.generation : call.id };
      if (isSame && primary.hash !== hash) {
        return { key: await variantKey(primaryKey, variant.generation, hash), variant };
      }
      variants.set(primaryKey, variant);
      return { key: primaryKey, variant };
    },

    async clear(request, call) {
      const wanted: readonly Scope[] = config.shared ? ["shared"] : ["consumer", "shared"];
      await Promise.all(wanted.map(async (scope) => store.delete(await primaryOf(request, call, scope))));
    },
  };
}

/** Ends a body that nobody will read, so that it holds no connection. */
export async function discard(entry: CacheEntry | null): Promise<void> {
  if (entry?.body instanceof ReadableStream) await entry.body.cancel();
}
