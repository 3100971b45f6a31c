/** @module The word that was meant: for refusals that mend themselves when read. */

/** The candidate nearest to `word`, if it is near enough to be a slip: a third of its letters at most. */
export function closest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = (word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** “Did you mean callsMax?”, or what there is to choose from: twelve at most. */
export function suggest(word: string, candidates: readonly string[], none = "There is none yet."): string {
  const meant = closest(word, candidates);
  if (meant !== null) return `Did you mean ${meant}?`;
  if (candidates.length === 0) return none;
  if (candidates.length === 1) return `Use ${candidates[0] ?? ""}.`;
  const shown = candidates.slice(0, 12).join(", ");
  return `Use one of ${shown}${candidates.length > 12 ? ` and ${candidates.length - 12} more` : ""}.`;
}

/** Letters to add, drop, change or swap (optimal string alignment); `max` or more where it is not below `max`. */
function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) >= max || a.length > 100) return max;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? max;
}
