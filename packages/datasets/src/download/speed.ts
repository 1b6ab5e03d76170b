/** Least speed of a download. */
export interface LeastSpeed {
  /** Bytes per second; 0 for any. */
  readonly least: number;
  /** Time, in ms, over which it is measured. */
  readonly ms: number;
}

/** Watch over the speed of a download, through all its attempts. */
export interface SpeedWatch {
  /**
   * Notes the size of the part.
   * @returns bytes per second of the last period, if they were too few
   */
  at(size: number): number | undefined;
}

/**
 * Watch that looks back after every period: has the part grown enough? Only growth beyond its largest size counts, so a server that
 * always starts over makes no progress.
 * @param size of the part at the beginning
 * @param now clock, in ms; for tests @default performance.now
 */
export function speedWatch({ least, ms }: LeastSpeed, size: number, now = () => performance.now()): SpeedWatch {
  let [largest, before, since] = [size, size, now()];
  return {
    at(size) {
      largest = Math.max(largest, size);
      const passed = now() - since;
      if (passed < ms) return undefined;
      const speed = ((largest - before) / passed) * 1000;
      [before, since] = [largest, now()];
      return speed < least ? speed : undefined;
    },
  };
}
