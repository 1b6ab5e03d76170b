import { useEngine } from "@weightcast/backend";
import { prepare, train } from "./tfjs.mjs";

/** Step of `tfjs.mjs` with the kernels that `@weightcast/backend` patches. */
export async function open(problem, batches) {
  prepare(problem.threads);
  await useEngine("wasm");
  return train(problem, batches);
}
