/** Pace of one call of the loop: times for people to read. No result of a training depends on them. */
export interface Pace {
  /** Seconds since the start. */
  seconds(): number;
  /** Speed so far, and the time that the remaining steps will take at that speed. */
  estimate(done: number, remaining: number): { readonly stepsPerSecond: number; readonly secondsLeft: number };
  /** Lets timers, signals and input run, unless the last such break was less than 50 ms ago. */
  yieldToEventLoop(): Promise<void>;
}

/** Milliseconds from one break to the next. */
const interval = 50;

/** Pace that starts now. */
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
    async yieldToEventLoop() {
      if (performance.now() - last < interval) return;
      await macrotask();
      last = performance.now();
    },
  };
}

/** A turn of the event loop: `setImmediate` where it exists; browsers only have timers, which wait 1 to 4 ms. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
