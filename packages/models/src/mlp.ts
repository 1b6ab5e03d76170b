import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import {
  type ActivationName,
  factorizedDense,
  type IndexSets,
  lowRankDense,
  type Order,
  type Rank,
} from "@weightcast/core";
import type { Dictionary, Selection } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";

/** Where the weights of a hidden layer come from. */
export type LayerWeights =
  | { readonly kind: "dense" }
  /** U and V learned, of this inner dimension; the options of `lowRankDense`. */
  | { readonly kind: "low-rank"; readonly rank: number; readonly range?: number }
  /** W = U V, U from a dictionary; the options of `factorizedDense`. */
  | {
      readonly kind: "factorized";
      readonly dictionary: Dictionary;
      readonly rank: Rank;
      readonly columns?: number;
      readonly selection?: Selection | IndexSets;
      readonly order?: Order;
    };

/** A hidden layer. */
export interface HiddenLayer {
  readonly units: number;
  /** @default { kind: "dense" } */
  readonly weights?: LayerWeights;
}

/**
 * What the deviation of a hidden layer's first weights is multiplied by, on top of Glorot's: 4 for sigmoid units, whose
 * slope at zero is 1/4, so that signals keep their size from layer to layer (Glorot & Bengio 2010); √2 for rectifiers,
 * which drop half of theirs (He et al. 2015).
 */
export const gainOf = (activation: ActivationName): number =>
  activation === "sigmoid" ? 4 : activation === "relu" ? Math.SQRT2 : 1;

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
  const seedOf = (layer: string) => stream(seed, layer).uint32();
  const model = sequential({ layers: [layers.inputLayer({ inputShape: [inputs] })] });
  hidden.forEach(({ units, weights = { kind: "dense" } }, index) => {
    const name = `hidden_${index + 1}`;
    model.add(hiddenLayer(weights, { units, activation, name, gain: gainOf(activation), seed: seedOf(name) }));
  });
  if (classes !== undefined) model.add(denseLayer({ units: classes, name: "logits", gain: 1, seed: seedOf("logits") }));
  return model;
}

interface Basics {
  readonly units: number;
  readonly name: string;
  readonly gain: number;
  readonly seed: number;
  readonly activation?: ActivationName;
}

function hiddenLayer(weights: LayerWeights, basics: Basics): layers.Layer {
  switch (weights.kind) {
    case "dense":
      return denseLayer(basics);
    case "low-rank": {
      const { kind: _, ...options } = weights;
      return lowRankDense({ ...basics, ...options });
    }
    case "factorized": {
      const { kind: _, ...options } = weights;
      return factorizedDense({ ...basics, ...options });
    }
  }
}

/** Deviation of the normal distribution cut off at two deviations, from which tf.layers draws. */
const truncated = 0.87962566103423978;

function denseLayer({ seed, gain, ...rest }: Basics): layers.Layer {
  const spread = { scale: (gain / truncated) ** 2, mode: "fanAvg", distribution: "normal", seed } as const;
  return layers.dense({ ...rest, kernelInitializer: initializers.varianceScaling(spread) });
}
