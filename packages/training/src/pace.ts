/** Time within one run of the loop. Numbers for people: nothing that is computed depends on them. */
export interface Pace {
  /** Seconds since the start. */
  seconds(): number;
  /** Speed so far, and the time the remaining steps will take at it. */
  estimate(done: number, remaining: number): { readonly stepsPerSecond: number; readonly secondsLeft: number };
  /** Lets timers, signals and input be heard, if the last time was 50 ms ago or more. */
  breathe(): Promise<void>;
}

const breath = 50;

/** A pace that starts now. */
export function startPace(): Pace {
  const start = performance.now();
  let last = start;
  const seconds = () => (performance.now() - start) / 1000;
  return {
    seconds,
    estimate(done, remaining) {
      const stepsPerSecond = done / Math.max(seconds(), 1e-6);
      return { stepsPerSecond, secondsLeft: remaining / stepsPerSecond };
    },
    async breathe() {
      if (performance.now() - last < breath) return;
      await macrotask();
      last = performance.now();
    },
  };
}

/** `setImmediate` where there is one: browsers have only timers, which wait 1 to 4 ms. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
