import { type Remote, wrap } from "comlink";
import { withBase } from "vitepress";

/** Worker of a demo, and its end. */
export interface Worked<Api> {
  readonly api: Remote<Api>;
  /** Ends the worker, whatever it is doing. */
  end(): void;
}

/** Functions of a demo's worker, callable from the page. @param name of the demo */
export function work<Api>(name: string): Worked<Api> {
  const worker = new Worker(withBase(`/workers/${name}.worker.js`), { type: "module" });
  return { api: wrap<Api>(worker), end: () => worker.terminate() };
}
