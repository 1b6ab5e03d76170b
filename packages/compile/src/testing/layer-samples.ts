import { layers } from "@tensorflow/tfjs-layers";

/** Layer with inputs that it can be applied to. */
export interface LayerSample {
  readonly make: () => layers.Layer;
  /** Shapes of the inputs, with the batch. */
  readonly inputs: readonly (readonly number[])[];
  /** Number of integers to choose from, for a layer that takes integers. @default the inputs are floats */
  readonly integersBelow?: number;
  /** Whether the layer's call in training is differentiated. @default true */
  readonly training?: boolean;
}

/** The default, orthogonal, needs methods of tensors that only `@tensorflow/tfjs` adds. */
const recurrent = { recurrentInitializer: "glorotNormal" as const };

const of = (make: () => layers.Layer, ...inputs: readonly (readonly number[])[]): LayerSample => ({ make, inputs });

const inRnn = (cell: layers.Layer) => layers.rnn({ cell: cell as layers.RNNCell });

const flat = [2, 6];
const sequence = [2, 3, 3];
const images = [2, 6, 5, 3];
const volumes = [2, 4, 5, 3, 2];
const films = [1, 2, 5, 4, 2];
const three = [flat, flat, flat];

/** Exports of `layers` that are no functions to create layers that compute something. */
export const withoutSample = ["Layer", "RNN", "RNNCell", "input", "inputLayer"];

/** Every function of `layers` that creates a layer, by its name, with a typical layer. */
export const layerSamples: { readonly [name: string]: LayerSample } = {
  activation: of(() => layers.activation({ activation: "tanh" }), flat),
  add: of(() => layers.add(), ...three),
  alphaDropout: of(() => layers.alphaDropout({ rate: 0.5 }), flat),
  average: of(() => layers.average(), ...three),
  averagePooling1d: of(() => layers.averagePooling1d({ poolSize: 2 }), sequence),
  averagePooling2d: of(() => layers.averagePooling2d({ poolSize: 2 }), images),
  averagePooling3d: of(() => layers.averagePooling3d({ poolSize: 2 }), volumes),
  avgPool1d: of(() => layers.avgPool1d({ poolSize: 3, padding: "same" }), sequence),
  avgPool2d: of(() => layers.avgPool2d({ poolSize: 3, strides: 2, padding: "same" }), images),
  avgPool3d: of(() => layers.avgPool3d({ poolSize: 3, strides: 2, padding: "same" }), volumes),
  avgPooling1d: of(() => layers.avgPooling1d({}), sequence),
  avgPooling2d: of(() => layers.avgPooling2d({}), images),
  avgPooling3d: of(() => layers.avgPooling3d({ poolSize: 2 }), volumes),
  // In training, it writes to its moving averages.
  batchNormalization: { ...of(() => layers.batchNormalization(), images), training: false },
  bidirectional: of(
    () => layers.bidirectional({ layer: layers.gru({ units: 2, ...recurrent }) as layers.RNN, mergeMode: "concat" }),
    sequence,
  ),
  categoryEncoding: { ...of(() => layers.categoryEncoding({ numTokens: 4 }), flat), integersBelow: 4 },
  centerCrop: of(() => layers.centerCrop({ height: 4, width: 3 }), images),
  concatenate: of(() => layers.concatenate(), [2, 3], [2, 4]),
  conv1d: of(() => layers.conv1d({ filters: 4, kernelSize: 3, padding: "same" }), sequence),
  conv2d: of(() => layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }), images),
  conv2dTranspose: of(() => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }), images),
  conv3d: of(() => layers.conv3d({ filters: 3, kernelSize: 2, padding: "same", activation: "relu" }), volumes),
  conv3dTranspose: of(() => layers.conv3dTranspose({ filters: 3, kernelSize: 2, strides: 2 }), volumes),
  convLstm2d: of(() => layers.convLstm2d({ filters: 2, kernelSize: 3, padding: "same", ...recurrent }), films),
  // The class of layers for its cell has no function of its own.
  convLstm2dCell: of(
    () => layers.convLstm2d({ filters: 2, kernelSize: 2, strides: 2, returnSequences: true, ...recurrent }),
    films,
  ),
  cropping2D: of(
    () =>
      layers.cropping2D({
        cropping: [
          [1, 0],
          [2, 1],
        ],
      }),
    images,
  ),
  dense: of(() => layers.dense({ units: 4, activation: "relu" }), flat),
  depthwiseConv2d: of(() => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), images),
  dot: of(() => layers.dot({ axes: -1 }), flat, flat),
  dropout: of(() => layers.dropout({ rate: 0.5 }), flat),
  elu: of(() => layers.elu(), flat),
  embedding: { ...of(() => layers.embedding({ inputDim: 5, outputDim: 3 }), flat), integersBelow: 5 },
  flatten: of(() => layers.flatten(), images),
  gaussianDropout: of(() => layers.gaussianDropout({ rate: 0.5 }), flat),
  gaussianNoise: of(() => layers.gaussianNoise({ stddev: 1 }), flat),
  globalAveragePooling1d: of(() => layers.globalAveragePooling1d(), sequence),
  globalAveragePooling2d: of(() => layers.globalAveragePooling2d({}), images),
  globalMaxPool1d: of(() => layers.globalMaxPool1d(), sequence),
  globalMaxPool2d: of(() => layers.globalMaxPool2d({}), images),
  globalMaxPooling1d: of(() => layers.globalMaxPooling1d(), sequence),
  globalMaxPooling2d: of(() => layers.globalMaxPooling2d({}), images),
  gru: of(() => layers.gru({ units: 2, returnSequences: true, ...recurrent }), sequence),
  gruCell: of(() => inRnn(layers.gruCell({ units: 2, ...recurrent })), sequence),
  layerNormalization: of(() => layers.layerNormalization(), sequence),
  leakyReLU: of(() => layers.leakyReLU(), flat),
  lstm: of(() => layers.lstm({ units: 2, ...recurrent }), sequence),
  lstmCell: of(() => inRnn(layers.lstmCell({ units: 2, ...recurrent })), sequence),
  masking: of(() => layers.masking({ maskValue: 0 }), sequence),
  maxPool1d: of(() => layers.maxPool1d({ poolSize: 3, padding: "same" }), sequence),
  maxPool2d: of(() => layers.maxPool2d({ poolSize: 3, strides: 2, padding: "same" }), images),
  maxPooling1d: of(() => layers.maxPooling1d({ poolSize: 2 }), sequence),
  maxPooling2d: of(() => layers.maxPooling2d({ poolSize: 2 }), images),
  maxPooling3d: of(() => layers.maxPooling3d({ poolSize: 2 }), volumes),
  maximum: of(() => layers.maximum(), ...three),
  minimum: of(() => layers.minimum(), ...three),
  multiply: of(() => layers.multiply(), ...three),
  permute: of(() => layers.permute({ dims: [2, 1] }), sequence),
  prelu: of(() => layers.prelu(), flat),
  randomWidth: of(() => layers.randomWidth({ factor: 0.9, seed: 1 }), [1, 2, 1000, 1]),
  reLU: of(() => layers.reLU({ maxValue: 6 }), flat),
  repeatVector: of(() => layers.repeatVector({ n: 3 }), flat),
  rescaling: of(() => layers.rescaling({ scale: 1 / 255, offset: -0.5 }), images),
  reshape: of(() => layers.reshape({ targetShape: [3, 2] }), flat),
  resizing: of(() => layers.resizing({ height: 4, width: 7 }), images),
  rnn: of(
    () =>
      layers.rnn({
        cell: layers.lstmCell({ units: 2, ...recurrent }) as layers.RNNCell,
        goBackwards: true,
        unroll: true,
      }),
    sequence,
  ),
  separableConv2d: of(() => layers.separableConv2d({ filters: 4, kernelSize: 3 }), images),
  simpleRNN: of(() => layers.simpleRNN({ units: 2, ...recurrent }), sequence),
  simpleRNNCell: of(() => inRnn(layers.simpleRNNCell({ units: 2, ...recurrent })), sequence),
  softmax: of(() => layers.softmax(), flat),
  spatialDropout1d: of(() => layers.spatialDropout1d({ rate: 0.5 }), sequence),
  stackedRNNCells: of(
    () =>
      inRnn(
        layers.stackedRNNCells({
          cells: [2, 3].map((units) => layers.gruCell({ units, ...recurrent }) as layers.RNNCell),
        }),
      ),
    sequence,
  ),
  thresholdedReLU: of(() => layers.thresholdedReLU(), flat),
  timeDistributed: of(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), sequence),
  upSampling2d: of(() => layers.upSampling2d({ size: [2, 3] }), images),
  zeroPadding2d: of(() => layers.zeroPadding2d({ padding: 2 }), images),
};
