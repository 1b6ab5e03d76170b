import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { gaussian } from "@weightcast/dictionary-random";
import { convmixer } from "@weightcast/models";
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

test.each(["dense", "factorized"] as const)(
  "ConvMixer (%s): its loss, and the gradients with respect to every weight",
  async (kind) => {
    const model = convmixer({
      ...{ input: [9, 10, 3], width: 4, depth: 2, kernelSize: 7, classes: 3, seed: 1 },
      weights: (layer) =>
        kind === "factorized" && layer.kind === "depthwise"
          ? { kind, dictionary: gaussian(layer.kernel), rank: 12 }
          : { kind: "dense" },
    });
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    // Of five convolutions, each with a bias and two vectors of a normalization, and the logits.
    expect(variables).toHaveLength(5 * 4 + 2);
    const loss = (images: tf.Tensor) => {
      const logits = model.apply(images, { training: false }) as tf.Tensor;
      return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 2], "int32"), 3), logits) as tf.Scalar;
    };
    const [x] = fc.sample(floats([2, 9, 10, 3]), { numRuns: 1, seed: 3 });
    await expectAgreement(
      (images) => {
        const { value, grads } = tf.variableGrads(() => loss(images!), variables);
        return [value, ...variables.map(({ name }) => grads[name]!)];
      },
      [x!],
      { relative: 1e-4 },
    );
    model.dispose();
  },
);
