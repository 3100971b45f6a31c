import type { Limit } from "../limit.ts";
import type { Algorithm } from "./algorithm.ts";
import { concurrency } from "./concurrency.ts";
import { fixedWindow } from "./fixed-window.ts";
import { quota } from "./quota.ts";
import { slidingWindow } from "./sliding-window.ts";
import { tokenBucket } from "./token-bucket.ts";

export type Algorithms = {
  readonly [Name in Limit["algorithm"]]: Algorithm<Extract<Limit, { readonly algorithm: Name }>>;
};

export const algorithms: Algorithms = {
  "fixed-window": fixedWindow,
  "sliding-window": slidingWindow,
  "token-bucket": tokenBucket,
  quota,
  concurrency,
};

/** The algorithm of a limit; the pairing of name and limit type is what {@link Algorithms} guarantees. */
export function algorithmOf(algorithms: Algorithms, limit: Limit): Algorithm {
  return algorithms[limit.algorithm];
}
