import { calibrate } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";
import { lenet5 } from "@weightcast/models";

/**
 * Layer of which a quarter of the weights is learned; the others follow by kernel ridge regression: over the window in
 * convolutions, over the 5×5 map in `fc_1`, and over the units of the layer before in `fc_2`. Connected layers have four
 * columns.
 */
const predicted = ({ name, kernel: grid }) => ({
  kind: "factorized",
  rank: { proportion: 0.25 },
  columns: name.startsWith("fc") ? 4 : 1,
  dictionary: kernel(grid, { lengthScale: 1 }),
  basis: "orthonormal",
});

const network = (weights) => () => lenet5({ input: [32, 32, 1], weights, seed: 1 });

/**
 * LeNet-5 for images of the size that LeCun et al. 1998 padded digits to: convolutions 5×5 with max pooling, three fully
 * connected layers, rectifiers, softmax cross-entropy, momentum. See convnet.mjs for the scale and the rate.
 */
export const workload = {
  name: "lenet5",
  sample: [32, 32, 1],
  samples: "images",
  classes: 10,
  batch: 128,
  rate: 0.001,
  momentum: 0.9,
  scale: (model, inputs) => calibrate(model, inputs, { target: "unit" }),
  variants: [
    { name: "dense", title: "dense", model: network({}) },
    {
      name: "factorized",
      title: "factorized, 25% learned, one column in convolutions and four in connected layers",
      model: network(predicted),
    },
  ],
};
