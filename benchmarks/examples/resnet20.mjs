import { train } from "@tensorflow/tfjs-core";
import { layers, model } from "@tensorflow/tfjs-layers";
import { resnet20 as network } from "@weightcast/models";
import { array, oneHot } from "./array.mjs";
import { images } from "./images.mjs";

/** Images of 32 × 32 × 3: ResNet-20 (He et al. 2016, §4.2), nineteen 3 × 3 convolutions with batch normalization and shortcuts. */
export const resnet20 = {
  name: "resnet20",
  title: "ResNet-20",
  full: { batchSize: 32, steps: 2, size: 32, widths: [16, 32, 64], blocks: 3, classes: 10 },
  tiny: { batchSize: 4, size: 8, widths: [3, 4, 6], blocks: 1, classes: 3 },
  build({ size, widths, blocks, classes }) {
    const { inputs, outputs: logits } = network({ input: [size, size, 3], classes, blocks, widths, seed: 1 });
    const classifier = model({ inputs, outputs: layers.softmax().apply(logits[0]) });
    // A small rate, so that rounding does not grow from step to step.
    classifier.compile({ optimizer: train.sgd(0.01), loss: "categoricalCrossentropy" });
    return classifier;
  },
  data({ size, classes }, count) {
    const { pixels, labels } = images(count, [size, size, 3], classes);
    return { xs: [array(count, [size, size, 3], (i) => pixels[i])], ys: [oneHot(labels, classes)] };
  },
};
