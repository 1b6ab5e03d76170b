import { calibrate } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";
import { convnet } from "@weightcast/models";

/**
 * Layer of which a quarter of the weights is learned; the others follow by kernel ridge regression over the kernel's grid.
 * Products are in the order that experiments use for compiled steps.
 */
const predicted = ({ name, kernel: grid }) => ({
  kind: "factorized",
  rank: { proportion: 0.25 },
  columns: name === "fc_1" ? 5 : 1,
  dictionary: kernel(grid, { lengthScale: 1 }),
  basis: "orthonormal",
  order: name === "conv_2" || name === "conv_3" ? "weights-first" : "auto",
});

/**
 * The paper's CIFAR-10 network (Denil et al. 2013, §4.2): convolutions 8×8, 8×8 and 5×5, each with max pooling, and 500
 * units, softmax cross-entropy, momentum. Every layer is scaled from the first batch; otherwise the outputs of atoms over
 * the whole map would be many times too large for positive inputs. The rate is small, because rectifiers and maxima magnify
 * the rounding differences of arithmetic in another order, and at a rate that learns fast, losses could not be compared
 * after 25 steps.
 */
export const workload = {
  name: "convnet",
  sample: [32, 32, 3],
  samples: "images",
  classes: 10,
  batch: 100,
  rate: 0.0001,
  momentum: 0.9,
  scale: (model, inputs) => calibrate(model, inputs, { target: "unit" }),
  variants: [
    { name: "dense", title: "dense", model: () => convnet({ seed: 1 }) },
    {
      name: "factorized",
      title: "factorized, 25% learned, one column in convolutions and five in the connected layer",
      model: () => convnet({ seed: 1, weights: predicted }),
    },
  ],
};
