import { initializers } from "@tensorflow/tfjs-layers";
import type { ActivationName, Basis, IndexSets, Order, Rank } from "@weightcast/core";
import type { Dictionary, Selection } from "@weightcast/dictionary";

/** Where the weights of a layer come from. */
export type LayerWeights =
  | { readonly kind: "dense" }
  /** U and V learned, of this inner dimension; the options of `lowRankDense`. Of fully connected layers only. */
  | { readonly kind: "low-rank"; readonly rank: number; readonly range?: number }
  /** W = U V, U from a dictionary; the options of `factorizedDense` and `factorizedConv2d`. */
  | {
      readonly kind: "factorized";
      readonly dictionary: Dictionary;
      readonly rank: Rank;
      readonly columns?: number;
      readonly selection?: Selection | IndexSets;
      /** @default "atoms" of fully connected layers without rows and columns, "orthonormal" of others */
      readonly basis?: Basis;
      readonly order?: Order;
    };

/** What a layer starts from. */
export interface LayerStart {
  readonly name: string;
  /** Multiplies the deviation of the first weights, on top of Glorot's. */
  readonly gain: number;
  readonly seed: number;
}

/**
 * What the deviation of a layer's first weights is multiplied by, for the activation after it: 4 for sigmoid units, whose
 * slope at zero is 1/4, so that signals keep their size from layer to layer (Glorot & Bengio 2010); √2 for rectifiers,
 * which drop half of theirs (He et al. 2015).
 */
export const gainOf = (activation: ActivationName): number =>
  activation === "sigmoid" ? 4 : activation === "relu" ? Math.SQRT2 : 1;

/**
 * The factor that turns Glorot's deviation, of variance 2 / (fan in + fan out), into He's and LeCun's, of variance 1 / fan in:
 * layers under rectifiers are told their gain times this.
 */
export const fanIn = (inputs: number, outputs: number): number => Math.sqrt((inputs + outputs) / (2 * inputs));

/** Deviation of the normal distribution cut off at two deviations, from which tf.layers draws. */
const truncated = 0.87962566103423978;

/** First weights of a layer that learns all of them: normal, cut off at two deviations, of Glorot's variance times gain². */
export const initialWeights = ({ gain, seed }: LayerStart) =>
  initializers.varianceScaling({ scale: (gain / truncated) ** 2, mode: "fanAvg", distribution: "normal", seed });
