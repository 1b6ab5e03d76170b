import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-backend-cpu";
import * as layers from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { beforeAll, test } from "vitest";
import { expectAgreement, expectBoth, expectGradients } from "./testing/agree";
import { floats, integers } from "./testing/samples";

const {
  activation,
  bidirectional,
  dense,
  dropout,
  embedding,
  flatten,
  gru,
  layerNormalization,
  lstm,
  simpleRNN,
  timeDistributed,
} = layers.layers;

/** Tolerance for long chains of operations, which may cancel. */
const loose = { relative: 1e-5, atLeast: 1 };

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Model of the given layers, with the same weights every time. */
function model(inputShape: readonly number[], list: readonly layers.layers.Layer[]): layers.Sequential {
  const built = layers.sequential({ layers: [layers.layers.inputLayer({ inputShape: [...inputShape] }), ...list] });
  tf.tidy(() =>
    built.setWeights(
      built.getWeights().map(({ shape, size }) =>
        tf.tensor(
          Float32Array.from({ length: size }, (_, i) => Math.sin(1 + i)),
          shape,
        ),
      ),
    ),
  );
  return built;
}

/** The default, orthogonal, needs methods of tensors that only `@tensorflow/tfjs` adds. */
const recurrent = { recurrentInitializer: "zeros" as const };

const models: Record<string, () => layers.Sequential> = {
  "dense with normalization and dropout": () =>
    model(
      [5],
      [
        dense({ units: 4, activation: "relu" }),
        layerNormalization(),
        dropout({ rate: 0.5 }),
        dense({ units: 3, activation: "softmax" }),
      ],
    ),
  lstm: () => model([4, 3], [lstm({ units: 4, ...recurrent }), dense({ units: 2 })]),
  "bidirectional gru": () =>
    model(
      [3, 3],
      [
        bidirectional({
          layer: gru({ units: 2, returnSequences: true, ...recurrent }) as layers.RNN,
          mergeMode: "concat",
        }),
        timeDistributed({ layer: dense({ units: 2 }) }),
        flatten(),
      ],
    ),
  "simple rnn": () => model([4, 2], [simpleRNN({ units: 3, ...recurrent })]),
};

test.each(Object.entries(models))(
  "%s: predictions and gradients with respect to inputs and weights",
  async (_, build) => {
    const built = build();
    const shape = [2, ...built.inputs[0]!.shape.slice(1)] as number[];
    const loss = (x: tf.Tensor) =>
      tf.losses.huberLoss(tf.zerosLike(built.predict(x) as tf.Tensor), built.apply(x) as tf.Tensor);
    await fc.assert(
      fc.asyncProperty(floats(shape), async (x) => {
        await expectAgreement((input) => built.predict(input) as tf.Tensor, [x]);
        await expectGradients((input) => built.apply(input, { training: false }) as tf.Tensor, [x], loose);
        await expectAgreement(
          (input) => Object.values(tf.variableGrads(() => loss(input) as tf.Scalar).grads),
          [x],
          loose,
        );
      }),
      { numRuns: sweep(2), seed: 1 },
    );
    built.dispose();
  },
);

test("embedding with a mask: predictions and the table's gradient", async () => {
  const built = model(
    [4],
    [embedding({ inputDim: 6, outputDim: 3, maskZero: true }), lstm({ units: 2, ...recurrent }), dense({ units: 1 })],
  );
  await fc.assert(
    fc.asyncProperty(integers([3, 4], { min: 0, max: 5 }), async (words) => {
      await expectAgreement((x) => built.predict(x) as tf.Tensor, [words]);
      const gradients = (x: tf.Tensor) =>
        tf.variableGrads(() => tf.sum(tf.square(built.apply(x) as tf.Tensor)) as tf.Scalar).grads;
      await expectAgreement((x) => Object.values(gradients(x)), [words], loose);
    }),
    { numRuns: sweep(2), seed: 2 },
  );
  built.dispose();
});

test("attention", async () => {
  const attend = (queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) =>
    tf.matMul(tf.softmax(tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(4))), values);
  await fc.assert(
    fc.asyncProperty(floats([2, 3, 4]), floats([2, 5, 4]), floats([2, 5, 3]), async (queries, keys, values) => {
      await expectBoth(attend, [queries, keys, values]);
    }),
    { numRuns: sweep(3), seed: 3 },
  );
});

test.each([
  ...(["elu", "hardSigmoid", "linear", "relu", "relu6", "selu", "sigmoid", "softmax", "softplus", "softsign"] as const),
  ...(["tanh", "swish", "mish", "gelu", "gelu_new"] as const),
])("the activation %s", async (name) => {
  const layer = activation({ activation: name });
  await fc.assert(
    fc.asyncProperty(floats([3, 4]), async (x) => {
      await expectBoth((y) => layer.apply(y) as tf.Tensor, [x], loose);
    }),
    { numRuns: sweep(3), seed: 4 },
  );
});

const { losses } = tf;

test.each(
  Object.entries<(labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor>({
    absoluteDifference: losses.absoluteDifference,
    cosineDistance: (labels, predictions) => losses.cosineDistance(labels, predictions, 1),
    hingeLoss: losses.hingeLoss,
    huberLoss: losses.huberLoss,
    logLoss: losses.logLoss,
    meanSquaredError: losses.meanSquaredError,
    "meanSquaredError, weighted": (labels, predictions) =>
      losses.meanSquaredError(labels, predictions, tf.tensor2d([[1], [0], [2]]), tf.Reduction.SUM_BY_NONZERO_WEIGHTS),
    sigmoidCrossEntropy: losses.sigmoidCrossEntropy,
    "softmaxCrossEntropy, smoothed": (labels, predictions) =>
      losses.softmaxCrossEntropy(labels, predictions, undefined, 0.1),
  }),
)("the loss %s", async (_, loss) => {
  await fc.assert(
    fc.asyncProperty(
      floats([3, 4], { min: 0, max: 1 }),
      floats([3, 4], { min: 0.125, max: 0.875 }),
      async (labels, predictions) => {
        await expectAgreement(loss, [labels, predictions]);
        // With respect to the predictions only: some losses have no gradient for the labels.
        const y = tf.tensor([...labels.values], [3, 4]);
        await expectGradients((x) => loss(y, x), [predictions]);
        y.dispose();
      },
    ),
    { numRuns: sweep(3), seed: 5 },
  );
});
