import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { beforeAll, describe, expect, test } from "vitest";
import { type CompiledStep, compileStep } from "./compile-step";
import { nodeRuntime, type Runtime } from "./onnx/runtime";
import {
  convolutional,
  dense,
  type Example,
  examples,
  factorized,
  type Inputs,
  inputsOf,
  type State,
  separable,
  stateOf,
} from "./testing/networks";

let runtime: Runtime;
beforeAll(async () => {
  runtime = (await nodeRuntime()).runtime!;
  await tf.setBackend("cpu");
});

type Compiled = CompiledStep<State, Inputs, { readonly loss: tf.Tensor }>;
const compiled = ({ step, specs }: Example, prepared = false): Promise<Compiled> =>
  compileStep(step, specs, { runtime, threads: 1, ...(prepared && { samples: { input: "x" as const } }) });

/** Losses and last state of the step when TensorFlow.js runs it eagerly. */
function eagerly(example: Example, steps: number) {
  const { x, labels, rate } = inputsOf(example);
  const start = stateOf(example);
  return tf.tidy(() => {
    const shaped = (arrays: readonly Float32Array[]) =>
      arrays.map((array, i) => tf.tensor(array, [...example.specs.state.weights[i]!.shape]));
    const inputs = {
      x: tf.tensor(x, [...example.specs.inputs.x.shape]),
      labels: tf.tensor1d(labels, "int32"),
      rate: tf.scalar(rate[0]!),
    };
    let state: State = { weights: shaped(start.weights), velocities: shaped(start.velocities) };
    const losses = Array.from({ length: steps }, () => {
      const { state: next, outputs } = example.step(state, inputs);
      state = next;
      return outputs.loss.dataSync()[0]!;
    });
    return { losses, weights: state.weights.map((weight) => weight.dataSync().slice()) };
  });
}

/** Losses of the compiled step. */
async function run(step: Compiled, example: Example, steps: number) {
  const { x, labels, rate } = inputsOf(example);
  const inputs = { x: step.preparation ? await step.preparation.run(x) : x, labels, rate };
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await step.run(inputs)).loss[0]!);
  return losses;
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let [d, n] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    d += (a[i]! - b[i]!) ** 2;
    n += b[i]! ** 2;
  }
  return Math.sqrt(d / n);
};

describe.each(examples)("$name", (example) => {
  test("200 steps: the losses equal the eager ones to 1e-3, the first step's state to 1e-4", async () => {
    const step = await compiled(example);
    step.load(stateOf(example));
    const [first] = await run(step, example, 1);
    const one = eagerly(example, 1);
    expect(Math.abs(first! - one.losses[0]!)).toBeLessThan(1e-5 * one.losses[0]!);
    for (const [i, weight] of (await step.state()).weights.entries())
      expect(distance(weight, one.weights[i]!)).toBeLessThan(1e-4);

    step.load(stateOf(example));
    const losses = await run(step, example, 200);
    const { losses: expected } = eagerly(example, 200);
    expect(expected[199]).toBeLessThan(expected[0]! / 2);
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-3);
    await step.release();
  });

  test("a state that is loaded into another step continues with the same bits", async () => {
    const [whole, first, second] = [await compiled(example), await compiled(example), await compiled(example)];
    whole.load(stateOf(example));
    first.load(stateOf(example));
    const losses = await run(whole, example, 7);
    const before = await run(first, example, 3);
    second.load(await first.state());
    expect([...before, ...(await run(second, example, 4))]).toEqual(losses);
    expect(await second.state()).toEqual(await whole.state());
    for (const step of [whole, first, second]) await step.release();
  });
});

describe("several steps per call", () => {
  const rates = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

  test.each([dense, factorized, convolutional])("$name: the same bits as one step after the other", async (example) => {
    const { step, specs } = example;
    const three: Compiled = await compileStep(step, specs, { runtime, stepsPerCall: 3 });
    const one = await compiled(example);
    for (const program of [three, one]) program.load(stateOf(example));
    const outputs = await three.runAll(rates.map((rate) => inputsOf(example, rate)));
    const losses: number[] = [];
    for (const rate of rates) losses.push((await one.run(inputsOf(example, rate))).loss[0]!);
    expect(outputs.map(({ loss }) => loss[0])).toEqual(losses);
    expect(await three.state()).toEqual(await one.state());
    for (const program of [three, one]) await program.release();
  });

  test("works with prepared samples too", async () => {
    const { step, specs } = factorized;
    const options = { runtime, samples: { input: "x" as const } };
    const [three, one] = await Promise.all(
      [3, 1].map((stepsPerCall) => compileStep(step, specs, { ...options, stepsPerCall })),
    );
    const { x, ...rest } = inputsOf(factorized);
    const inputs = { x: await three!.preparation!.run(x), ...rest };
    const runs = [];
    for (const program of [three!, one!]) {
      program.load(stateOf(factorized));
      runs.push(await program.runAll([inputs, inputs, inputs, inputs]));
      await program.release();
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  test("one or few for large graphs, eight for small ones, or as many as requested", async () => {
    const multiply = (state: { w: tf.Tensor }) => ({
      state: { w: tf.matMul(state.w as tf.Tensor2D, state.w as tf.Tensor2D) },
      outputs: {},
    });
    const square = (size: number) => ({ state: { w: { shape: [size, size], dtype: "float32" as const } }, inputs: {} });
    for (const [size, steps] of [
      [8, 8],
      [1000, 2],
      [2000, 1],
    ] as const) {
      const program = await compileStep(multiply, square(size), { runtime });
      expect(program.stepsPerCall).toBe(steps);
      await program.release();
    }
    // Hardly any arithmetic, but 600 nodes.
    const often = (state: { w: tf.Tensor }) => {
      let w = state.w;
      for (let i = 0; i < 300; i++) w = tf.tanh(tf.add(w, state.w));
      return { state: { w }, outputs: {} };
    };
    const program = await compileStep(often, square(2), { runtime });
    expect(program.stepsPerCall).toBe(3);
    await program.release();
    await expect(compileStep(multiply, square(2), { runtime, stepsPerCall: 0 })).rejects.toThrow(
      "stepsPerCall must be an integer of at least 1; got 0",
    );
  });
});

describe("prepared samples", () => {
  test.each([
    [factorized, [2, 3]],
    [separable, [5]],
  ])("x U is taken out of the step, with the same results ($0.name)", async (network, shape) => {
    const [plain, prepared] = [await compiled(network), await compiled(network, true)];
    expect(prepared.preparation!.shape).toEqual(shape);
    for (const step of [plain, prepared]) step.load(stateOf(network));
    const [a, b] = [await run(plain, network, 20), await run(prepared, network, 20)];
    for (const [i, loss] of a.entries()) expect(Math.abs(loss - b[i]!)).toBeLessThan(1e-6);
    for (const step of [plain, prepared]) await step.release();
  });

  test("any number of samples can be prepared, also if they do not fill a batch", async () => {
    const { preparation, release } = await compiled(factorized, true);
    const rows = Float32Array.from({ length: 7 * 12 }, (_, i) => Math.sin(i));
    const all = await preparation!.run(rows);
    expect(all).toHaveLength(7 * 6);
    expect(await preparation!.run(rows.subarray(6 * 12))).toEqual(all.subarray(6 * 6));
    await expect(preparation!.run(rows.subarray(1))).rejects.toThrow("rows must have 12 elements each; got 83");
    await release();
  });

  test("nothing is prepared if a sample would exceed the limit, or if nothing is fixed", async () => {
    const { step, specs } = factorized;
    const small = await compileStep(step, specs, { runtime, samples: { input: "x", limit: 5 } });
    expect(small.preparation).toBeUndefined();
    const free = await compiled(examples[0]!, true);
    expect(free.preparation).toBeUndefined();
    const unknown = { input: "y" as "x" };
    await expect(compileStep(step, specs, { runtime, samples: unknown })).rejects.toThrow(
      "samples.input must be one of x,labels,rate; got y",
    );
    for (const compiledStep of [small, free]) await compiledStep.release();
  });
});

describe("errors", () => {
  test("a next state of another shape, a state of another structure, an array of another length", async () => {
    const shrinking = (state: { w: tf.Tensor }) => ({ state: { w: tf.slice(state.w, 0, 2) }, outputs: {} });
    const spec = { shape: [3], dtype: "float32" as const };
    await expect(compileStep(shrinking, { state: { w: spec }, inputs: {} }, { runtime })).rejects.toThrow(
      "compileStep: the next state must have the state's shapes and types, float32[3]; got float32[2]",
    );
    const step = await compiled(factorized);
    expect(() => step.load({ ...stateOf(factorized), weights: [] })).toThrow(RangeError);
    const short = { ...inputsOf(factorized), x: new Float32Array(59) };
    await expect(step.run(short)).rejects.toThrow("an array for shape [5,12] must have 60 elements; got 59");
    await step.release();
  });

  test("the order of keys does not matter; missing and unknown keys are refused", async () => {
    type Two = { a: tf.Tensor; b: tf.Tensor };
    const spec = { shape: [1], dtype: "float32" as const };
    const program = await compileStep(
      ({ a, b }: Two, inputs: Two) => ({ state: { b: tf.add(b, inputs.b), a: tf.sub(a, inputs.a) }, outputs: {} }),
      { state: { a: spec, b: spec }, inputs: { a: spec, b: spec } },
      { runtime },
    );
    program.load({ b: Float32Array.of(10), a: Float32Array.of(5) });
    await program.run({ b: Float32Array.of(1), a: Float32Array.of(2) });
    expect(await program.state()).toEqual({ a: Float32Array.of(3), b: Float32Array.of(11) });
    const wrong = { a: Float32Array.of(1), c: Float32Array.of(1) } as unknown as { a: Float32Array; b: Float32Array };
    await expect(program.run(wrong)).rejects.toThrow("must have the compiled structure, with a, b; got a, c");
    await program.release();
  });

  test("if one of several steps fails, the state is that before the first", async () => {
    const step = await compileStep(factorized.step, factorized.specs, { runtime, stepsPerCall: 2 });
    step.load(stateOf(factorized));
    const before = await step.state();
    const good = inputsOf(factorized);
    await expect(step.runAll([good, good, { ...good, x: new Float32Array(1) }])).rejects.toThrow(RangeError);
    expect(await step.state()).toEqual(before);
    await step.release();
  });

  test("two steps at a time are refused; a step that fails leaves the state unchanged", async () => {
    const step = await compiled(factorized);
    step.load(stateOf(factorized));
    const before = await step.state();
    await expect(step.run({ ...inputsOf(factorized), x: new Float32Array(1) })).rejects.toThrow();
    expect(await step.state()).toEqual(before);
    const first = step.run(inputsOf(factorized));
    await expect(step.run(inputsOf(factorized))).rejects.toThrow("run: a step is running; await it first");
    await first;
    await step.release();
  });

  test("a number of threads below 1", async () => {
    await expect(compileStep(factorized.step, factorized.specs, { runtime, threads: 0 })).rejects.toThrow(
      "threads must be an integer of at least 1; got 0",
    );
  });
});

test("one and two threads give the same bits", async () => {
  const states = [];
  for (const threads of [1, 2]) {
    const step: Compiled = await compileStep(factorized.step, factorized.specs, { runtime, threads });
    step.load(stateOf(factorized));
    await run(step, factorized, 50);
    states.push(await step.state());
    await step.release();
  }
  expect(states[1]).toEqual(states[0]);
});
