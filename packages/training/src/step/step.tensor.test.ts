import * as tf from "@tensorflow/tfjs-core";
import { constraints, type LayersModel, layers, regularizers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-training.json";
import { classes, features } from "../testing/blobs";
import { network, seeded, weightsOf } from "../testing/networks";
import { leaked } from "../testing/runs";
import { torchNetwork } from "../testing/torch";
import { adagrad } from "./adagrad";
import { adam } from "./adam";
import { lion } from "./lion";
import type { Optimizer } from "./optimizer";
import { rmsprop } from "./rmsprop";
import { sgd } from "./sgd";
import { dispose, initialState, type TrainingState } from "./state";
import { createStep, type StepOptions } from "./step";

const batch = 10;

/** Does updates on the fixture's batches in turn, with the weights of `from` at the start. @returns the losses, and the final weights */
function run(
  model: LayersModel,
  options: StepOptions & { readonly optimizer: Optimizer },
  rate: number,
  steps: number,
  from = model,
) {
  const step = createStep(model, options);
  const losses: number[] = [];
  let state: TrainingState = initialState(from, options.optimizer);
  for (let i = 0; i < steps; i++) {
    const start = (i % 4) * batch;
    const inputs = tf.tensor2d(torch.inputs.slice(start * features, (start + batch) * features), [batch, features]);
    const labels = tf.tensor1d(torch.labels.slice(start, start + batch), "int32");
    const scalars = options.optimizer.scalars(rate, i).map((value) => tf.scalar(value));
    const { loss, ...next } = step(state, { inputs, labels }, scalars);
    losses.push(loss.dataSync()[0]!);
    dispose([state, inputs, labels, scalars, loss]);
    state = next;
  }
  const weights = state.weights.map((weight) => [...weight.dataSync()]);
  dispose(state);
  return { losses, weights };
}

describe("createStep", () => {
  const runs: [keyof typeof torch.runs, Optimizer, number, number][] = [
    ["sgd", sgd(), 0.3, 0],
    ["momentum", sgd({ momentum: 0.9 }), 0.1, 0.01],
    ["nesterov", sgd({ momentum: 0.9, nesterov: true }), 0.1, 0.01],
    ["adam", adam(), 0.02, 0],
    ["adamw", adam(), 0.02, 0.1],
    ["rmsprop", rmsprop(), 0.01, 0.01],
    ["rmsprop, centered, with momentum", rmsprop({ decay: 0.9, momentum: 0.9, centered: true }), 0.005, 0],
    ["adagrad", adagrad(), 0.1, 0.01],
    ["lion", lion(), 0.01, 0.1],
  ];
  test.each(runs)(
    "%s: 20 updates equal PyTorch's, losses to 1e-5 and weights to 2e-5",
    (name, optimizer, rate, weightDecay) => {
      const model = torchNetwork();
      const { losses, weights } = run(model, { optimizer, weightDecay }, rate, 20);
      const expected = torch.runs[name];
      expect(losses).toHaveLength(expected.losses.length);
      for (const [i, loss] of losses.entries()) expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(1e-5);
      for (const [i, weight] of weights.entries())
        for (const [k, value] of weight.entries())
          expect(Math.abs(value - expected.weights[i]![k]!)).toBeLessThan(2e-5);
      model.dispose();
    },
  );

  test("is pure: two runs are the same to the bit; the model is unchanged, and nothing is left behind", async () => {
    const model = torchNetwork();
    const before = weightsOf(model);
    const options = { optimizer: adam(), weightDecay: 0.1, maxColumnNorm: 1 };
    let first: unknown;
    const leak = await leaked(() => {
      first = run(model, options, 0.1, 6);
      expect(run(model, options, 0.1, 6)).toEqual(first);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("maxColumnNorm bounds the columns of kernels after every update, not the biases", () => {
    const model = torchNetwork();
    const { weights } = run(model, { optimizer: sgd(), maxColumnNorm: 0.25 }, 3, 5);
    const [kernel, bias, last] = weights as [number[], number[], number[]];
    const norms = (values: number[], columns: number) =>
      Array.from({ length: columns }, (_, c) => Math.hypot(...values.filter((_, i) => i % columns === c)));
    for (const norm of [...norms(kernel, 8), ...norms(last, classes)]) expect(norm).toBeLessThan(0.25 * (1 + 1e-6));
    expect(Math.hypot(...bias)).toBeGreaterThan(0.25);
    model.dispose();
  });

  test("weight decay shrinks kernels, not biases: with zero gradient, sgd multiplies kernels by 1 − rate·decay", () => {
    const model = torchNetwork();
    const constantLoss = (outputs: tf.Tensor) => tf.mul(tf.sum(outputs), 0) as tf.Scalar;
    const before = weightsOf(model);
    const { weights } = run(model, { optimizer: sgd(), loss: constantLoss, weightDecay: 0.5 }, 0.1, 1);
    for (const [i, values] of weights.entries())
      for (const [k, value] of values.entries())
        expect(value).toBeCloseTo(before[i]![k]! * (i % 2 === 0 ? 0.95 : 1), 6);
    model.dispose();
  });

  test("a frozen layer is not part of the state and does not change", () => {
    const model = torchNetwork();
    model.layers[0]!.trainable = false;
    const { weights, losses } = run(model, { optimizer: sgd() }, 0.3, 4);
    expect(weights.map(({ length }) => length)).toEqual([8 * classes, classes]);
    expect(losses[0]).toBeCloseTo(torch.runs.sgd.losses[0]!, 5);
    expect(losses[3]).not.toBeCloseTo(torch.runs.sgd.losses[3]!, 5);
    model.dispose();
  });

  test("models that it would train wrong are refused, and the error says what to do", () => {
    const model = (...added: layers.Layer[]) =>
      sequential({ layers: [layers.dense({ inputShape: [2], units: 2, name: "first" }), ...added] });
    const refused = (...added: layers.Layer[]) => {
      const unsuitable = model(...added);
      const create = () => createStep(unsuitable, { optimizer: sgd() });
      expect(create).toThrow(TypeError);
      return expect(create);
    };
    const own = layers.dense({ units: 2, name: "own" });
    (own as unknown as { _stateful: boolean })._stateful = true;
    refused(own).toThrow(
      new TypeError(
        'createStep: a step must be a pure function, and layer "own" (Dense) keeps state between calls in a way of its own; create it with stateful: false',
      ),
    );
    refused(sequential({ layers: [layers.batchNormalization({ inputShape: [2], scale: false, name: "b" })] })).toThrow(
      'TensorFlow.js cannot train a batch normalization without center or scale, such as layer "b"; leave both on',
    );
    refused(layers.dense({ units: 2, name: "s", activation: "softmax" })).toThrow(
      'classification takes logits, and the last layer, "s", already applies softmax; give it no activation',
    );
    refused(layers.softmax({ name: "s" })).toThrow('"s", already applies softmax');
  });

  test.each([
    ["clipNorm", { clipNorm: 0.5 }],
    ["clipValue", { clipValue: 0.05 }],
  ] as const)("%s: 20 updates equal PyTorch's", (name, limits) => {
    const model = torchNetwork();
    const { losses, weights } = run(model, { optimizer: sgd(), ...limits }, 0.3, 20);
    expect(losses.at(-1)).toBeGreaterThan(torch.runs.sgd.losses.at(-1)! + 0.01); // the limit is reached
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(torch.runs[name].losses[i]!, 5);
    for (const [i, weight] of weights.entries())
      for (const [k, value] of weight.entries()) expect(value).toBeCloseTo(torch.runs[name].weights[i]![k]!, 4);
    model.dispose();
  });

  test("regularizers add to the loss and to the gradient: λ₁ Σ|w| + λ₂ Σw², of kernels and biases of any layer", () => {
    const [l1, l2, rate] = [0.01, 0.03, 0.5];
    const penalty = () => regularizers.l1l2({ l1, l2 });
    const options = { units: 2, recurrentInitializer: "zeros", returnSequences: true } as const;
    const cases: (readonly [role: string, create: (regularized: boolean) => layers.Layer])[] = [
      ["kernel", (on) => layers.lstm({ ...options, ...(on && { kernelRegularizer: penalty() }) })],
      ["recurrent_kernel", (on) => layers.gru({ ...options, ...(on && { recurrentRegularizer: penalty() }) })],
      [
        "bias",
        (on) =>
          layers.rnn({
            cell: layers.simpleRNNCell({
              ...{ units: 2, recurrentInitializer: "zeros" },
              ...(on && { biasRegularizer: penalty() }),
            }),
            returnSequences: true,
          }),
      ],
      [
        "kernel",
        (on) =>
          layers.timeDistributed({ layer: layers.dense({ units: 2, ...(on && { kernelRegularizer: penalty() }) }) }),
      ],
    ];
    for (const [role, create] of cases) {
      const outcome = (on: boolean) => {
        const model = sequential({
          layers: [
            layers.reshape({ inputShape: [features], targetShape: [2, 3] }),
            create(on),
            layers.flatten(),
            layers.dense({ units: classes, kernelInitializer: "zeros" }),
          ],
        });
        const { losses, weights } = run(seeded(model, 6), { optimizer: sgd() }, rate, 1);
        const before = weightsOf(model);
        const position = model.trainableWeights.findIndex(({ originalName }) => originalName.endsWith(`/${role}`));
        model.dispose();
        return { loss: losses[0]!, weights, before, position };
      };
      const [plain, regularized] = [outcome(false), outcome(true)];
      const { position } = plain;
      const regular = plain.before[position]!;
      const sum = (of: (w: number) => number) => regular.reduce((total, w) => total + of(w), 0);
      expect(regularized.loss - plain.loss).toBeCloseTo(
        sum((w) => l1 * Math.abs(w) + l2 * w * w),
        5,
      );
      for (const [i, weight] of regularized.weights.entries())
        for (const [k, value] of weight.entries()) {
          const own = i === position ? l1 * Math.sign(regular[k]!) + 2 * l2 * regular[k]! : 0;
          expect(value).toBeCloseTo(plain.weights[i]![k]! - rate * own, 5);
        }
    }
  });

  test("constraints hold after every update: weights that may not be negative, columns of unit norm", () => {
    const model = (constrained: boolean) =>
      seeded(
        sequential({
          layers: [
            layers.dense({
              ...{ inputShape: [features], units: 4, kernelInitializer: "zeros" },
              ...(constrained && { kernelConstraint: constraints.nonNeg() }),
            }),
            layers.dense({
              ...{ units: classes, kernelInitializer: "zeros" },
              ...(constrained && { kernelConstraint: constraints.unitNorm({ axis: 0 }) }),
            }),
          ],
        }),
        8,
      );
    const [start, limitedModel] = [model(false), model(true)]; // whose writing of weights limits them, too
    const { weights: free } = run(start, { optimizer: sgd() }, 0.1, 1);
    const { weights: limited } = run(limitedModel, { optimizer: sgd() }, 0.1, 1, start);
    start.dispose();
    limitedModel.dispose();
    expect(free[0]!.some((w) => w < 0)).toBe(true);
    for (const [k, w] of free[0]!.entries()) expect(limited[0]![k]).toBeCloseTo(Math.max(0, w), 6);
    const norms = Array.from({ length: classes }, (_, c) =>
      Math.hypot(...free[2]!.filter((_, i) => i % classes === c)),
    );
    for (const [k, w] of free[2]!.entries()) expect(limited[2]![k]).toBeCloseTo(w / norms[k % classes]!, 5);
    expect(limited[1]).toEqual(free[1]);
  });

  test("invalid options are named in the error", () => {
    const model = network(1);
    expect(() => createStep(model, { optimizer: sgd(), weightDecay: -1 })).toThrow(
      new RangeError("createStep: weightDecay must be at least 0; got -1"),
    );
    expect(() => createStep(model, { optimizer: sgd(), maxColumnNorm: 0 })).toThrow(
      "createStep: maxColumnNorm must be above 0; got 0; leave it out for none",
    );
    model.dispose();
  });
});
