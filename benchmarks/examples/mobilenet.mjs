import { train } from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { array, oneHot } from "./array.mjs";
import { images } from "./images.mjs";

/** MobileNet's blocks: wide by a 1 × 1 convolution, depthwise, and narrow again, each with batch normalization. */
export const mobilenet = {
  name: "mobilenet",
  title: "MobileNet blocks",
  full: { batchSize: 32, steps: 4, size: 48, filters: [16, 24, 24], expansion: 4, classes: 10 },
  tiny: { batchSize: 8, size: 8, filters: [2, 2], expansion: 2, classes: 3 },
  build({ size, filters: [first, ...others], expansion, classes }) {
    const normalized = (x) => layers.batchNormalization().apply(x);
    const cut = (x) => layers.reLU({ maxValue: 6 }).apply(normalized(x));
    const convolution = (x, filters, kernelSize, strides) =>
      layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false }).apply(x);
    const block = (x, filters) => {
      const channels = x.shape.at(-1);
      const wide = cut(convolution(x, expansion * channels, 1, 1));
      const strides = filters === channels ? 1 : 2;
      const depthwise = layers.depthwiseConv2d({ kernelSize: 3, strides, padding: "same", useBias: false });
      const narrow = normalized(convolution(cut(depthwise.apply(wide)), filters, 1, 1));
      return strides === 1 ? layers.add().apply([x, narrow]) : narrow;
    };
    const image = input({ shape: [size, size, 3] });
    const last = others.reduce(block, cut(convolution(image, first, 3, 2)));
    const pooled = layers.globalAveragePooling2d({}).apply(last);
    const outputs = layers.dense({ units: classes, activation: "softmax" }).apply(pooled);
    const network = model({ inputs: image, outputs });
    network.compile({ optimizer: train.adam(0.003), loss: "categoricalCrossentropy" });
    return network;
  },
  data({ size, classes }, count) {
    const { pixels, labels } = images(count, [size, size, 3], classes);
    return { xs: [array(count, [size, size, 3], (i) => pixels[i])], ys: [oneHot(labels, classes)] };
  },
};
