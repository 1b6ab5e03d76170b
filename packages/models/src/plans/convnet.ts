import { checkNames, imageOptions, type PlanOptions } from "./options";
import type { Plan } from "./plan";

/**
 * The paper's CIFAR-10 network (Denil et al. 2013, §4.2): convolutions of 48 kernels 8×8, 64 of 8×8 and 64 of 5×5, a fully
 * connected layer of 500 units, and logits; 601,910 weights and biases for images of 32×32×3.
 *
 * The paper gives those sizes only. Assumed here: rectifiers; convolutions 'same'; max pooling 'valid' after each, over
 * windows 4, 4 and 2 with strides 2, which leaves 3×3 of 64 channels for the fully connected layer; He's initial weights.
 * The rectifiers come after the pools: the same function as before them, at a quarter of the work.
 *
 * Predictable: `conv_1`, `conv_2`, `conv_3` and `fc_1`, whose kernel is that 3×3 map. The paper uses one column in the
 * convolutions and five in `fc_1`; a dictionary over [rows, columns] of the kernel is shared by the channels.
 */
export function convnetPlan(options: PlanOptions = {}): Plan {
  checkNames("convnet", options, ["input", "classes"]);
  const { input, classes } = imageOptions("convnet", options);
  return {
    name: "convnet",
    input,
    activation: "relu",
    start: "unit",
    parts: [
      { kind: "convolution", name: "conv_1", filters: 48, size: 8 },
      { kind: "pool", pool: "max", size: 4, strides: 2 },
      { kind: "activation" },
      { kind: "convolution", name: "conv_2", filters: 64, size: 8 },
      { kind: "pool", pool: "max", size: 4, strides: 2 },
      { kind: "activation" },
      { kind: "convolution", name: "conv_3", filters: 64, size: 5 },
      { kind: "pool", pool: "max", size: 2, strides: 2 },
      { kind: "activation" },
      { kind: "connected", name: "fc_1", units: 500 },
      { kind: "activation" },
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}
