import type { CountedLimit } from "../limit.ts";
import type { Algorithm } from "./algorithm.ts";
import { concurrency } from "./concurrency.ts";
import { credit } from "./credit.ts";
import { fixedWindow } from "./fixed-window.ts";
import { quota } from "./quota.ts";
import { slidingWindow } from "./sliding-window.ts";
import { tokenBucket } from "./token-bucket.ts";

export type Algorithms = {
  readonly [Name in CountedLimit["algorithm"]]: Algorithm<Extract<CountedLimit, { readonly algorithm: Name }>>;
};

export const algorithms: Algorithms = {
  "fixed-window": fixedWindow,
  "sliding-window": slidingWindow,
  "token-bucket": tokenBucket,
  quota,
  concurrency,
  credit,
};

/** The algorithm of a limit; the pairing of name and limit type is what {@link Algorithms} guarantees. */
export function algorithmOf(algorithms: Algorithms, limit: CountedLimit): Algorithm {
  return algorithms[limit.algorithm];
}
