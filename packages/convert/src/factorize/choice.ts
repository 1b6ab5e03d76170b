import type { Basis, IndexSets, Order, Rank } from "@weightcast/core";
import type { Dictionary, Selection } from "@weightcast/dictionary";
import type { ConvertibleLayer } from "../layers/layers-of";

/** Trained layer that a dictionary is made for. */
export interface Site {
  readonly layer: ConvertibleLayer;
  /** W as [n_v, n_h], row-major in float64; [h·w, C · multiplier] of a depthwise convolution. Corrected for the layers before it. */
  readonly weights: Float64Array;
  /** Rows of `weights`: the inputs of an output. */
  readonly inputs: number;
  /**
   * Second moments of the layer's inputs, [n_v, n_v] row-major, about their mean if the layer has a bias.
   * @default none, if there are no samples, or the layer has too many inputs
   */
  readonly secondMoments?: Float64Array;
}

/** Dictionary, or a function that makes one for a layer; undefined if it has none for it. */
export type DictionaryFor = Dictionary | ((site: Site) => Dictionary | undefined | Promise<Dictionary | undefined>);

/** What becomes of a layer. */
export interface FactorizeChoice {
  /** Dictionary over the layer's inputs or window, or a function of the layer that makes it. */
  readonly dictionary: DictionaryFor;
  /** Atoms in each column, or `{ proportion }` of the inputs. */
  readonly rank: Rank;
  /**
   * How atoms are chosen. `"fitted"` takes, one after the other, the atom with which the layer's outputs are fitted best (orthogonal
   * matching pursuit). @default "fitted" for dictionaries of up to 2048 atoms; of the others, "leading" if they are ordered, else "uniform"
   */
  readonly selection?: Selection | "fitted" | IndexSets;
  /**
   * J, columns with their own atoms; with `{ upTo }` that many where they divide the outputs and a file need not hold the atoms of each,
   * else 1. @default 1
   */
  readonly columns?: number | { readonly upTo: number };
  /** Basis of the atoms' span that U holds. @default "orthonormal" */
  readonly basis?: Basis;
  /** Order of the product x U V. @default "auto" */
  readonly order?: Order;
  /** Seed of a uniform selection. @default 0 */
  readonly seed?: number;
}
