/**
 * Why a version cannot follow another: whoever is sent from one to the next would come back to where they were. Null if they
 * arrive. `successorOf` says who follows each, as it would be then.
 */
export function explainCircle(
  version: string,
  successorOf: (version: string) => string | null | undefined,
): string | null {
  const way = [version];
  for (let next = successorOf(version); next !== null && next !== undefined; next = successorOf(next)) {
    if (next === version) {
      return way.length === 1
        ? "A version cannot follow itself."
        : `Versions would follow each other in a circle: ${[...way, version].join(", ")}. Name one that leads on.`;
    }
    // A circle further on is not this version's.
    if (way.includes(next)) return null;
    way.push(next);
  }
  return null;
}
