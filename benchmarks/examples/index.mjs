import { attention } from "./attention.mjs";
import { audioConv1d } from "./audio-conv1d.mjs";
import { autoencoder } from "./autoencoder.mjs";
import { bidirectionalLstm } from "./bidirectional-lstm.mjs";
import { cnnBatchNorm } from "./cnn-batch-norm.mjs";
import { gruForecast } from "./gru-forecast.mjs";
import { lstmText } from "./lstm-text.mjs";
import { mlpRegression } from "./mlp-regression.mjs";
import { mobilenet } from "./mobilenet.mjs";
import { resnet20 } from "./resnet20.mjs";
import { twoTower } from "./two-tower.mjs";
import { unet } from "./unet.mjs";
import { vae } from "./vae.mjs";

/**
 * Models of the kinds that are published as examples for TensorFlow.js, in plain tf.layers, without dropout, so that all
 * contenders compute the same. An example is `{ name, title, full, tiny, build, data }`: `build(size)` creates a compiled
 * model, and `data(size, count)` examples that it can learn, `{ xs, ys }`, lists of arrays; `size` is `full`, as examples
 * have it, with the `steps` of a benchmark's epoch, or `tiny`, for tests.
 */
export const examples = [
  mlpRegression,
  cnnBatchNorm,
  lstmText,
  gruForecast,
  bidirectionalLstm,
  attention,
  autoencoder,
  vae,
  twoTower,
  unet,
  mobilenet,
  resnet20,
  audioConv1d,
];
