import type { Asset } from "./asset.ts";
import { copyIsland } from "./islands/copy.ts";
import { stylesheet } from "./stylesheet.ts";

/** Everything under `/assets/` of both apps. */
export const assets: readonly Asset[] = [stylesheet, copyIsland];

/** Where an app stands: at the root of its own host (the empty string), or below a path in one-host mode. */
export type BasePath = "" | `/${string}`;

/** Makes the address of a page of this app from its path (`/`, `/apis/books`): the only way in which pages link. */
export type Link = (path: `/${string}`) => string;

export function linkBelow(base: BasePath): Link {
  return (path) => (path === "/" && base !== "" ? base : `${base}${path}`);
}

/** One segment of a path, whatever characters a name holds. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}
