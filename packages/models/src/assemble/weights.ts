import { initializers } from "@tensorflow/tfjs-layers";
import type { Basis, IndexSets, Order, Rank } from "@weightcast/core";
import type { Dictionary, Selection } from "@weightcast/dictionary";
import type { Activation } from "../plans/plan";
import type { PredictableLayer } from "../plans/predictable";

/** Source of a layer's weights. */
export type LayerWeights =
  | { readonly kind: "dense" }
  /** U and V learned, of this inner dimension; the options of `lowRankDense`. For fully connected layers only. */
  | { readonly kind: "low-rank"; readonly rank: number; readonly range?: number }
  /** W = U V, U from a dictionary; the options of `factorizedDense` and `factorizedConv2d`. */
  | {
      readonly kind: "factorized";
      readonly dictionary: Dictionary;
      readonly rank: Rank;
      readonly columns?: number;
      readonly selection?: Selection | IndexSets;
      /** @default "atoms" for connected layers with a flat input, "orthonormal" for others */
      readonly basis?: Basis;
      readonly order?: Order;
      /** Activation function of the atoms' maps before V mixes them: fixed filters, learned mixing. For convolutions only. */
      readonly mapActivation?: Activation;
    };

/** Weights of a network's predictable layers: by name, those not named being dense; or a function called once per layer, in order. */
export type WeightsChoice = Readonly<Record<string, LayerWeights>> | ((layer: PredictableLayer) => LayerWeights);

const dense: LayerWeights = { kind: "dense" };

/** Weights of each layer, by its name. */
export function chooseWeights(
  layers: readonly PredictableLayer[],
  choice: WeightsChoice = {},
): ReadonlyMap<string, LayerWeights> {
  const chosen = (layer: PredictableLayer) =>
    typeof choice === "function" ? choice(layer) : (choice[layer.name] ?? dense);
  return new Map(layers.map((layer) => [layer.name, checked(layer.name, chosen(layer))]));
}

/** @throws TypeError unless they are weights of a known kind */
function checked(layer: string, weights: LayerWeights): LayerWeights {
  if (["dense", "low-rank", "factorized"].includes(Object(weights).kind)) return weights;
  throw new TypeError(
    `models: the weights of ${layer} must be { kind: "dense" }, { kind: "low-rank", rank } or { kind: "factorized", dictionary, rank }; got ${"atoms" in Object(weights) ? "a dictionary" : JSON.stringify(weights)}`,
  );
}

/** Start of a layer. */
export interface LayerStart {
  readonly name: string;
  /** Multiplies the deviation of the first weights, on top of Glorot's. */
  readonly gain: number;
  readonly seed: number;
}

/**
 * Factor of the deviation of a layer's first weights for the activation that follows it: 4 for sigmoid units, whose
 * derivative at zero is 1/4, so that signals keep their size from layer to layer (Glorot & Bengio 2010); √2 for rectifiers,
 * which drop half of theirs (He et al. 2015).
 */
export const gainOf = (activation: Activation): number =>
  activation === "sigmoid" ? 4 : activation === "relu" ? Math.SQRT2 : 1;

/**
 * Factor that turns Glorot's deviation, of variance 2 / (fan in + fan out), into He's and LeCun's, of variance 1 / fan in:
 * layers multiply their gain by it.
 */
export const fanIn = (inputs: number, outputs: number): number => Math.sqrt((inputs + outputs) / (2 * inputs));

/** Deviation of the normal distribution truncated at two deviations, from which tf.layers draws. */
const truncated = 0.87962566103423978;

/** First weights of a dense layer: normal, truncated at two deviations, of Glorot's variance times gain². */
export const initialWeights = ({ gain, seed }: LayerStart) =>
  initializers.varianceScaling({ scale: (gain / truncated) ** 2, mode: "fanAvg", distribution: "normal", seed });
