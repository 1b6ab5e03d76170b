import type { Stepped } from "./compile-step";

/**
 * Several steps as one: a step that takes a list of inputs, one after the other, and gives the list of outputs.
 *
 *     compileStep(inTurn(step), { state, inputs: [inputs, inputs, inputs, inputs] }, options)
 *
 * A call then moves the state into the runtime and out of it once instead of every time. In Node nothing is moved and
 * nothing gained; in browsers it pays where the state is megabytes (two steps a call, or four).
 */
export const inTurn =
  <State, Inputs, Outputs>(step: (state: State, inputs: Inputs) => Stepped<State, Outputs>) =>
  (state: State, inputs: readonly Inputs[]): Stepped<State, readonly Outputs[]> => {
    let now = state;
    const outputs = inputs.map((one) => {
      const stepped = step(now, one);
      now = stepped.state;
      return stepped.outputs;
    });
    return { state: now, outputs };
  };
