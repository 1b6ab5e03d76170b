import { useEngine } from "@weightcast/backend";
import { prepare, train } from "./tfjs.mjs";

/** The same step as `tfjs.mjs`, with the kernels that `@weightcast/backend` mends. */
export async function open(problem, batches) {
  prepare(problem.threads);
  await useEngine("wasm");
  return train(problem, batches);
}
