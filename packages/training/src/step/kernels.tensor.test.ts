import * as tf from "@tensorflow/tfjs-core";
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import {
  factorizedConv1d,
  factorizedConv2d,
  factorizedDense,
  factorizedDepthwiseConv2d,
  lowRankDense,
} from "@weightcast/core";
import { gaussian } from "@weightcast/dictionary-random";
import { describe, expect, test } from "vitest";
import { columnAxes } from "./kernels";
import { sgd } from "./sgd";
import { dispose, initialState } from "./state";
import { createStep } from "./step";

const zeros = () => initializers.zeros();
const glorot = () => ({ kernelInitializer: zeros(), recurrentInitializer: zeros() });

/** Layers that have weights, with the shape of their input and the axes of a column of every kernel. */
const kinds: { [factory: string]: [number[], () => layers.Layer, { [weight: string]: number[] }] } = {
  dense: [[3], () => layers.dense({ units: 2, ...glorot() }), { kernel: [0] }],
  conv1d: [[5, 3], () => layers.conv1d({ filters: 2, kernelSize: 2, ...glorot() }), { kernel: [0, 1] }],
  conv2d: [[5, 4, 3], () => layers.conv2d({ filters: 2, kernelSize: 2, ...glorot() }), { kernel: [0, 1, 2] }],
  conv3d: [[3, 4, 5, 2], () => layers.conv3d({ filters: 2, kernelSize: 2, ...glorot() }), { kernel: [0, 1, 2, 3] }],
  conv2dTranspose: [
    [5, 4, 3],
    () => layers.conv2dTranspose({ filters: 2, kernelSize: 2, ...glorot() }),
    { kernel: [0, 1, 3] },
  ],
  conv3dTranspose: [
    [3, 4, 5, 2],
    () => layers.conv3dTranspose({ filters: 3, kernelSize: 2, ...glorot() }),
    { kernel: [0, 1, 2, 4] },
  ],
  separableConv2d: [
    [5, 4, 3],
    () =>
      layers.separableConv2d({
        filters: 2,
        kernelSize: 2,
        depthwiseInitializer: zeros(),
        pointwiseInitializer: zeros(),
      }),
    { depthwise_kernel: [0, 1], pointwise_kernel: [0, 1, 2] },
  ],
  depthwiseConv2d: [
    [5, 4, 3],
    () => layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, depthwiseInitializer: zeros() }),
    { depthwise_kernel: [0, 1] },
  ],
  embedding: [[4], () => layers.embedding({ inputDim: 6, outputDim: 3 }), {}],
  batchNormalization: [[3], () => layers.batchNormalization({}), {}],
  layerNormalization: [[4, 3], () => layers.layerNormalization({ axis: [1, 2] }), {}],
  prelu: [[5, 4, 3], () => layers.prelu({}), {}],
  simpleRNN: [[4, 3], () => layers.simpleRNN({ units: 2, ...glorot() }), { kernel: [0], recurrent_kernel: [0] }],
  gru: [[4, 3], () => layers.gru({ units: 2, ...glorot() }), { kernel: [0], recurrent_kernel: [0] }],
  lstm: [[4, 3], () => layers.lstm({ units: 2, ...glorot() }), { kernel: [0], recurrent_kernel: [0] }],
  convLstm2d: [
    [3, 5, 4, 2],
    () => layers.convLstm2d({ filters: 2, kernelSize: 2, ...glorot() }),
    { kernel: [0, 1, 2], recurrent_kernel: [0, 1, 2] },
  ],
  rnn: [
    [4, 3],
    () =>
      layers.rnn({
        cell: layers.stackedRNNCells({
          cells: [layers.lstmCell({ units: 2, ...glorot() }), layers.gruCell({ units: 3, ...glorot() })],
        }),
      }),
    { kernel: [0], recurrent_kernel: [0] },
  ],
  bidirectional: [
    [4, 3],
    () => layers.bidirectional({ layer: layers.simpleRNN({ units: 2, ...glorot() }), mergeMode: "concat" }),
    { kernel: [0], recurrent_kernel: [0] },
  ],
  timeDistributed: [
    [4, 3],
    () => layers.timeDistributed({ layer: layers.dense({ units: 2, ...glorot() }) }),
    { kernel: [0] },
  ],
};

/** Factories of tf.layers whose layers have no weights, and cells, which are tested in their layers. */
const without = [
  ...[
    "inputLayer",
    "elu",
    "reLU",
    "leakyReLU",
    "softmax",
    "thresholdedReLU",
    "cropping2D",
    "upSampling2d",
    "activation",
  ],
  ...["dropout", "spatialDropout1d", "flatten", "repeatVector", "reshape", "permute", "add", "average", "concatenate"],
  ...["maximum", "minimum", "multiply", "dot", "zeroPadding2d", "gaussianNoise", "gaussianDropout", "alphaDropout"],
  ...["masking", "rescaling", "centerCrop", "resizing", "categoryEncoding", "randomWidth"],
  ...["simpleRNNCell", "gruCell", "lstmCell", "convLstm2dCell", "stackedRNNCells", "Layer", "RNN", "RNNCell", "input"],
];

const atoms = (...domain: number[]) => gaussian(domain, { seed: 1 });
const factorized: typeof kinds = {
  factorizedDense: [
    [12],
    () => factorizedDense({ units: 6, dictionary: atoms(12), rank: 4, columns: 2 }),
    { coefficients: [1] },
  ],
  factorizedConv1d: [
    [5, 3],
    () => factorizedConv1d({ filters: 2, kernelSize: 3, dictionary: atoms(3), rank: 2 }),
    { coefficients: [1] },
  ],
  factorizedConv2d: [
    [5, 4, 3],
    () => factorizedConv2d({ filters: 2, kernelSize: 2, dictionary: atoms(2, 2), rank: 2 }),
    { coefficients: [1] },
  ],
  factorizedDepthwiseConv2d: [
    [5, 4, 3],
    () => factorizedDepthwiseConv2d({ kernelSize: 2, dictionary: atoms(2, 2), rank: 2 }),
    { coefficients: [1] },
  ],
  lowRankDense: [[12], () => lowRankDense({ units: 6, rank: 2 }), { left: [0], right: [0] }],
};

function modelWith(inputShape: number[], layer: layers.Layer): LayersModel {
  const x = input({ shape: inputShape });
  return modelOf({ inputs: x, outputs: layer.apply(x) as SymbolicTensor });
}

const nameOf = ({ originalName }: { readonly originalName: string }) =>
  originalName.slice(originalName.lastIndexOf("/") + 1);

describe("kernels", () => {
  test("every class of tf.layers is among the tested ones", () => {
    const names = Object.keys(layers).filter(
      (name) => !/^(max|avg|average|globalMax|globalAverage|globalAvg)Pool/i.test(name),
    );
    expect(names.filter((name) => !(name in kinds) && !without.includes(name))).toEqual([]);
  });

  test.each(Object.entries({ ...kinds, ...factorized }))(
    "%s: weight decay and column norms apply to its kernels only, along the incoming weights of one output",
    (_, [inputShape, create, kernels]) => {
      const model = modelWith(inputShape, create());
      const variables = model.trainableWeights as unknown as { originalName: string; shape: number[] }[];
      expect(variables.length).toBeGreaterThan(0);
      expect(columnAxes(model)).toEqual(variables.map((variable) => kernels[nameOf(variable)]));
      for (const name of Object.keys(kernels)) expect(variables.map(nameOf)).toContain(name);
      model.dispose();
    },
  );

  test.each([
    ["dense", 3],
    ["conv1d", 6],
    ["conv2d", 12],
    ["conv2dTranspose", 12],
    ["conv3d", 16],
    ["separableConv2d", 0],
    ["depthwiseConv2d", 4],
    ["simpleRNN", 3],
  ] as const)(
    "%s: a kernel of ones with %i weights into each output is scaled to norm 1/2; others keep their values",
    (name, fan) => {
      const [inputShape, create, kernels] = kinds[name]!;
      const model = modelWith(inputShape, create());
      const optimizer = sgd();
      const loss = (outputs: tf.Tensor) => tf.mul(tf.sum(outputs), 0) as tf.Scalar;
      const step = createStep(model, { optimizer, loss, maxColumnNorm: 0.5, weightDecay: 0.5 });
      tf.tidy(() => {
        for (const weight of model.weights) weight.write(tf.ones(weight.shape as number[]));
        const state = initialState(model, optimizer);
        const labels = tf.tensor1d([0], "int32");
        const next = step(state, { inputs: tf.ones([1, ...inputShape]), labels }, [tf.scalar(0.1)]);
        for (const [i, weight] of next.weights.entries()) {
          const variable = model.trainableWeights[i] as unknown as { originalName: string; shape: number[] };
          const axes = kernels[nameOf(variable)];
          const count = axes ? axes.reduce((product, axis) => product * variable.shape[axis]!, 1) : 0;
          if (fan > 0 && nameOf(variable).endsWith("kernel") && !nameOf(variable).startsWith("recurrent"))
            expect(count).toBe(fan);
          for (const value of weight.dataSync())
            expect(value).toBeCloseTo(axes ? Math.min(0.95, 0.5 / Math.sqrt(count)) : 1, 6);
        }
        dispose(next);
      });
      model.dispose();
    },
  );

  test("in layers of other packages, weights of rank 2 and more are kernels", () => {
    class Own extends layers.Layer {
      static readonly className = "Own";
      override build(): void {
        for (const [name, shape] of [
          ["w", [2, 3, 4]],
          ["b", [4]],
        ] as const)
          this.addWeight(name, [...shape], "float32", zeros());
        this.built = true;
      }
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return (Array.isArray(x) ? x[0]! : x).clone();
      }
    }
    const model = modelWith([3], new Own({}));
    expect(columnAxes(model)).toEqual([[0, 1], undefined]);
    model.dispose();
  });
});
