import type { CheckpointStorage } from "@weightcast/training";

/**
 * Numbers of threads that a run's compiled steps have used, from the first on, kept beside its checkpoint: sums are rounded
 * otherwise with another number, so that a run resumed with it does not have the same last digits.
 */
export function threadLog(storage: CheckpointStorage, now: number | undefined) {
  let earlier: readonly number[] = [];
  let resumed = false;
  const all = (): readonly number[] => {
    const kept = resumed ? earlier : [];
    return now === undefined || kept.at(-1) === now ? kept : [...kept, now];
  };
  return {
    /** Reads what an earlier process left; nothing if it left none, or something else. */
    async before(): Promise<readonly number[]> {
      const bytes = await storage.read().catch(() => undefined);
      const counts = bytes ? new TextDecoder().decode(bytes).split(",").map(Number) : [];
      earlier = counts.every((count) => Number.isSafeInteger(count) && count > 0) ? counts : [];
      return earlier;
    },
    /** Notes that the run continues, and does not start over. */
    resumed(): void {
      resumed = true;
    },
    all,
    /** Storage of the checkpoint, which writes the log first. */
    around: ({ read, write, remove }: CheckpointStorage): CheckpointStorage => ({
      read: () => read(),
      async write(bytes) {
        await storage.write(new TextEncoder().encode(all().join(",")));
        await write(bytes);
      },
      remove: () => remove(),
    }),
  };
}

/** Function that passes on one sentence, the first time that a run was computed with other numbers of threads than `now`. */
export function onceOfThreads(now: number, tell: (message: string) => void = () => {}) {
  let told = false;
  return (how: string, counts: readonly number[] | undefined): void => {
    if (told || !counts?.some((count) => count !== now)) return;
    told = true;
    tell(
      `a run ${how} was computed with ${counts.join(", then ")} threads a step, not ${now}: the last digits of its numbers differ from those of ${now}; for the same numbers add --threads ${counts[0]}`,
    );
  };
}
