import { kernel } from "@weightcast/dictionary-kernel";
import { resnet20 } from "@weightcast/models";

/**
 * Layer that learns 3 of the 9 weights of each kernel; the others follow by kernel ridge regression over the window.
 */
const predicted = ({ kernel: grid }) => ({
  kind: "factorized",
  rank: { proportion: 3 / 9 },
  dictionary: kernel(grid, { lengthScale: 1 }),
  basis: "orthonormal",
});

/**
 * ResNet-20 (He et al. 2016, §4.2) for CIFAR-10: 3×3 convolutions with batch normalization, shortcuts without weights,
 * softmax cross-entropy, momentum. The rate is small for the reason that convnet.mjs gives.
 */
export const workload = {
  name: "resnet20",
  sample: [32, 32, 3],
  samples: "images",
  classes: 10,
  batch: 100,
  rate: 0.0005,
  momentum: 0.9,
  variants: [
    { name: "dense", title: "dense", model: () => resnet20({ seed: 1 }) },
    {
      name: "factorized",
      title: "factorized, 3 of the 9 weights of each kernel learned",
      model: () => resnet20({ seed: 1, weights: predicted }),
    },
  ],
};
