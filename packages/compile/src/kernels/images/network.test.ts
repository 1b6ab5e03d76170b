import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { gaussian } from "@weightcast/dictionary-random";
import { convmixer, type LayerWeights, type PredictableLayer, resnet20 } from "@weightcast/models";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { expectAgreement } from "../../testing/agree";
import { floats, integers } from "../../testing/samples";

// Patched, because TensorFlow.js's own AvgPoolGrad is wrong at padded borders.
beforeAll(async () => {
  await useEngine("cpu");
});

/** Network with every kind of layer for images. */
function network(): tfl.LayersModel {
  const { layers } = tfl;
  let seed = 1;
  const normal = (scale: number) => tfl.initializers.randomNormal({ stddev: scale, seed: seed++ });
  return tfl.sequential({
    layers: [
      layers.conv2d({
        inputShape: [13, 12, 3],
        filters: 6,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: normal(0.3),
        biasInitializer: normal(0.1),
      }),
      layers.batchNormalization({
        gammaInitializer: normal(1),
        betaInitializer: normal(1),
        movingMeanInitializer: normal(0.5),
        movingVarianceInitializer: tfl.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: seed++ }),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.separableConv2d({
        filters: 8,
        kernelSize: 3,
        depthMultiplier: 2,
        padding: "same",
        activation: "elu",
        depthwiseInitializer: normal(0.3),
        pointwiseInitializer: normal(0.3),
      }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.depthwiseConv2d({
        kernelSize: 2,
        depthMultiplier: 2,
        depthwiseInitializer: normal(0.5),
        activation: "tanh",
      }),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, kernelInitializer: normal(0.3) }),
      layers.conv2d({ filters: 5, kernelSize: 1, kernelInitializer: normal(0.5), activation: "sigmoid" }),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax", kernelInitializer: normal(0.2) }),
    ],
  });
}

test("a network of all layers for images: its prediction, and the gradients of its loss with respect to every weight", async () => {
  const model = network();
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  expect(variables).toHaveLength(15);
  const [x, y] = fc.sample(fc.tuple(floats([4, 13, 12, 3]), integers([4], { min: 0, max: 9 })), {
    numRuns: sweep(1),
    seed: 1,
  })[0]!;
  await expectAgreement(
    (images, labels) => {
      const predict = () => model.apply(images!, { training: false }) as tf.Tensor;
      const loss = () =>
        tf.mean(
          tfl.metrics.categoricalCrossentropy(tf.cast(tf.oneHot(labels as tf.Tensor1D, 10), "float32"), predict()),
        ) as tf.Scalar;
      const { value, grads } = tf.variableGrads(loss, variables);
      return [predict(), value, ...variables.map(({ name }) => grads[name]!)];
    },
    [x!, y!],
    { relative: 1e-4 },
  );
  model.dispose();
});

/** Checks the loss of a network with three classes, and its gradients with respect to every weight. @returns their number */
async function expectSameGradients(model: tfl.LayersModel): Promise<number> {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const [, ...shape] = model.inputs[0]!.shape as number[];
  const loss = (images: tf.Tensor) => {
    const logits = model.apply(images, { training: false }) as tf.Tensor;
    return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 2], "int32"), 3), logits) as tf.Scalar;
  };
  const [x] = fc.sample(floats([2, ...shape]), { numRuns: 1, seed: 3 });
  await expectAgreement(
    (images) => {
      const { value, grads } = tf.variableGrads(() => loss(images!), variables);
      return [value, ...variables.map(({ name }) => grads[name]!)];
    },
    [x!],
    { relative: 1e-4 },
  );
  model.dispose();
  return variables.length;
}

test.each(["dense", "factorized"] as const)("ConvMixer (%s): gradients with respect to every weight", async (kind) => {
  const weights = (layer: PredictableLayer): LayerWeights =>
    kind === "factorized" && layer.kind === "depthwise"
      ? { kind, dictionary: gaussian(layer.kernel), rank: 12 }
      : { kind: "dense" };
  const sizes = { input: [9, 10, 3], width: 4, depth: 2, kernelSize: 7, classes: 3 };
  // Of five convolutions, each with a bias and two vectors of a normalization, and the logits.
  expect(await expectSameGradients(convmixer({ ...sizes, seed: 1, weights }))).toBe(5 * 4 + 2);
});

test("ResNet of fixed filters, a rectifier and learned mixing: gradients with respect to every weight", async () => {
  const weights = ({ kernel }: PredictableLayer): LayerWeights => ({
    ...{ kind: "factorized", dictionary: gaussian(kernel), rank: 3, mapActivation: "relu" },
  });
  const sizes = { input: [7, 8, 3], blocks: 1, widths: [3, 4, 5], classes: 3 };
  expect(await expectSameGradients(resnet20({ ...sizes, seed: 1, weights }))).toBe(7 * 3 + 2);
});
