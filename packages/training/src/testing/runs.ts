import * as tf from "@tensorflow/tfjs-core";
import type { TrainOptions } from "../loop/options";
import type { ExecutionName } from "../names";

/**
 * Executions to test on this project's engine. Compiled steps do not depend on the engine: testing them once, with wasm,
 * is enough.
 */
export const executions: readonly Exclude<ExecutionName, "auto">[] =
  process.env.WEIGHTCAST_ENGINE === "wasm" ? ["eager", "compiled"] : ["eager"];

/** Options that stop a training after a number of updates. */
export function stopAt(step: number): Required<Pick<TrainOptions, "signal" | "onEvent">> {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "step" && event.step === step) stop.abort();
    },
  };
}

/** Numbers of tensors and buffers that a function leaves behind. */
export async function leaked(body: () => unknown): Promise<{ tensors: number; buffers: number }> {
  const before = tf.memory();
  await body();
  const after = tf.memory();
  return { tensors: after.numTensors - before.numTensors, buffers: after.numDataBuffers - before.numDataBuffers };
}
