import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { ActivationName } from "@weightcast/core";
import { stream } from "@weightcast/random";
import { connectedLayer } from "./connected-layer";
import { gainOf, type LayerWeights } from "./weights";

/** A hidden layer. */
export interface HiddenLayer {
  readonly units: number;
  /** @default { kind: "dense" } */
  readonly weights?: LayerWeights;
}

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** n_v of the first layer: the coordinates of one input, flattened. */
  readonly inputs: number;
  readonly hidden: readonly HiddenLayer[];
  /** Outputs of the last layer, which is dense, linear and gives logits. No such layer when absent. */
  readonly classes?: number;
  /** Of the hidden layers. @default "sigmoid", the paper's */
  readonly activation?: ActivationName;
  /** Every layer draws from a stream of its own, so that changing one leaves the others as they are. @default 0 */
  readonly seed?: number;
}

/**
 * A multilayer perceptron, each hidden layer dense or factorized; with `hidden: [{ units: 500 }, { units: 500 }]`,
 * `inputs: 784` and `classes: 10` the paper's MNIST network (Denil et al. 2013, §4.1). Input [batch, inputs], output
 * [batch, classes]: logits, for a loss that takes the softmax in. The last layer is never predicted.
 * @throws RangeError for options a layer refuses
 */
export function mlp({ inputs, hidden, classes, activation = "sigmoid", seed = 0 }: MlpOptions): LayersModel {
  if (!Number.isInteger(inputs) || inputs < 1)
    throw new RangeError(`mlp: inputs must be a positive integer; got ${inputs}`);
  if (hidden.length === 0 && classes === undefined)
    throw new RangeError("mlp: a network needs a layer; give hidden layers or classes");
  const model = sequential({ layers: [layers.inputLayer({ inputShape: [inputs] })] });
  const start = (name: string, gain: number) => ({ name, gain, seed: stream(seed, name).uint32() });
  hidden.forEach(({ units, weights = { kind: "dense" } }, index) => {
    const named = start(`hidden_${index + 1}`, gainOf(activation));
    model.add(connectedLayer(weights, { ...named, units, activation }));
  });
  if (classes !== undefined) model.add(connectedLayer({ kind: "dense" }, { ...start("logits", 1), units: classes }));
  return model;
}
