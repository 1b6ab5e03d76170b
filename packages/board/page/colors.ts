/** Hues of runs, in the order in which they are given out. */
const hues = [
  "blue",
  "vermilion",
  "green",
  "violet",
  "orange",
  "pink",
  "sky",
  "crimson",
  "olive",
  "ochre",
  "gray",
  "silver",
] as const;

/** Colors of chosen runs: each keeps its own while it is chosen. */
export function colorKeeper() {
  const taken = new Map<string, string>();
  return {
    /** Gives a color to each, and takes back those of all others. */
    keep(ids: readonly string[]): void {
      for (const id of taken.keys()) if (!ids.includes(id)) taken.delete(id);
      for (const [i, id] of ids.entries()) {
        if (taken.has(id)) continue;
        const used = new Set(taken.values());
        taken.set(id, hues.find((hue) => !used.has(hue)) ?? hues[i % hues.length]!);
      }
    },
    /** CSS variable of a run's color. */
    of: (id: string): string => `--${taken.get(id) ?? "gray"}`,
  };
}
