import * as tf from "@tensorflow/tfjs-core";
import { assign, type Weights } from "../step/state";
import { splitBuffers, trainableVariables } from "../step/variables";
import { notFinite } from "./divergence";
import type { StateAccess } from "./events";
import type { Plan } from "./plan";
import type { Progress } from "./progress";
import type { Run } from "./run";

/** Weights and moving averages that a run's evaluations are of, before any rounding. */
export async function currentWeights({ executor }: Run): Promise<Weights> {
  const { weights, buffers, averages } = await executor.state();
  return { weights: averages ?? weights, buffers };
}

/** Weights as evaluations see them: rounded, if the run has a quantizer. */
async function roundedWeights({ model, options }: Plan, { weights }: Weights): Promise<readonly Float32Array[]> {
  const { quantizer } = options;
  if (!quantizer) return weights;
  const variables = trainableVariables(model);
  const rounded = tf.tidy(() => [
    ...quantizer(weights.map((data, i) => tf.tensor(data, variables[i]!.shape as number[], "float32"))),
  ]);
  try {
    return await Promise.all(rounded.map(async (one) => (await one.data<"float32">()).slice()));
  } finally {
    tf.dispose(rounded);
  }
}

/** Gives a run's model weights and moving averages. */
export async function giveModel(plan: Plan, state: Weights): Promise<void> {
  assign(plan.model, { weights: await roundedWeights(plan, state), buffers: state.buffers });
}

/**
 * Calls a listener with access to a run's state, which ends with the listener.
 * @param at position of the state
 */
export async function withAccess(
  run: Run,
  at: Progress,
  listener: (access: StateAccess) => void | Promise<void>,
): Promise<void> {
  let open = true;
  const current = async (name: string) => {
    if (!open)
      throw new Error(
        `train: ${name} of an event must be called while its listener runs; the training has gone on; await it in the listener`,
      );
    return currentWeights(run);
  };
  try {
    await listener({
      async weights() {
        const weights = await roundedWeights(run, await current("weights"));
        return trainableVariables(run.model).map(({ originalName, shape }, i) => ({
          name: originalName,
          shape: shape as readonly number[],
          data: weights[i]!,
        }));
      },
      async updateModel() {
        const state = await current("updateModel");
        if (![...state.weights, ...state.buffers].every((data) => data.every(Number.isFinite)))
          throw await notFinite(run, "a weight is not finite", at.step, at.history.at(-1)!.rate, at);
        await giveModel(run, state);
      },
      async resetStates() {
        await current("resetStates");
        const state = await run.executor.state();
        const { moving, states } = splitBuffers(run.model, state.buffers);
        run.executor.load({ ...state, buffers: [...moving, ...states.map(({ length }) => new Float32Array(length))] });
      },
    });
  } finally {
    open = false;
  }
}
