import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { calibrate } from "@weightcast/core";

const steps = 28;
const inputs = 28;

const network = () =>
  sequential({
    layers: [
      layers.lstm({
        name: "lstm",
        units: 128,
        inputShape: [steps, inputs],
        activation: "tanh",
        recurrentActivation: "sigmoid",
        kernelInitializer: initializers.glorotNormal({ seed: 1 }),
        recurrentInitializer: initializers.glorotNormal({ seed: 2 }),
      }),
      layers.dense({ name: "logits", units: 10, kernelInitializer: initializers.glorotNormal({ seed: 3 }) }),
    ],
  });

/**
 * Images of 28×28 read row by row into an LSTM of 128 units, whose last output gives ten logits; softmax cross-entropy,
 * momentum. Each gate has one bias, and gates are sigmoids, as in Keras and PyTorch; without saying so, tf.layers would take
 * piecewise linear ones. The logits are scaled from the first batch: as small as they are otherwise, losses would hardly
 * change in five steps. The only variant is dense, because Weightcast has no recurrent layer with predicted weights.
 */
export const workload = {
  name: "lstm",
  sample: [steps, inputs],
  samples: "images",
  classes: 10,
  batch: 100,
  rate: 0.01,
  momentum: 0.9,
  scale: (model, inputs) => calibrate(model, inputs, { target: "unit" }),
  variants: [{ name: "dense", title: "dense", model: network }],
};
