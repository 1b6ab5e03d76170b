import { expose, proxy, type Remote, wrap } from "comlink";

/** Worker of a demo, and its end. */
export interface Worked<Api> {
  readonly api: Remote<Api>;
  /** Ends the worker, whatever it is doing. */
  end(): void;
}

/** Functions of a demo's worker, callable from the page. */
export function work<Api>(worker: Worker): Worked<Api> {
  return { api: wrap<Api>(worker), end: () => worker.terminate() };
}

export { expose, proxy };
