import * as tf from "@tensorflow/tfjs-core";
import type { Fingerprint } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";
import type { SideConfig } from "./side";

/** Layer whose weights are adapted, by the sizes of its kernel as a matrix W [n_v, n_h]. */
export interface Place {
  /** Function and layer, for messages. */
  readonly who: string;
  /** n_v, inputs of an output: window · C of a convolution, the window of a depthwise one. */
  readonly inputs: number;
  /** n_h */
  readonly outputs: number;
  /** Grid of the inputs. */
  readonly domain: readonly number[];
  /** Whether the layer has a bias. */
  readonly bias: boolean;
}

/** Form of ΔW for a layer, as JSON, from which it is made again. */
export type TermConfig =
  | { readonly form: "lora"; readonly rank: number; readonly scale: number; readonly seed: number }
  | { readonly form: "one-sided"; readonly inputs: SideConfig; readonly scale: number; readonly seed: number }
  | {
      readonly form: "two-sided";
      readonly inputs: SideConfig;
      readonly outputs: SideConfig;
      readonly scale: number;
      readonly seed: number;
    }
  | { readonly form: "sparse"; readonly grid: SideConfig; readonly scale: number; readonly seed: number }
  | {
      readonly form: "vera";
      readonly rank: number;
      readonly start: number;
      readonly scale: number;
      readonly seed: number;
    }
  | { readonly form: "full" };

/** Numbers that a term keeps. */
export interface TermWeight {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** Whether training changes it; otherwise it is stored only. */
  readonly trains: boolean;
  /** First values. @default zeros */
  readonly first?: () => Float32Array;
}

/** Reader of a term's weights by name. */
export type ReadWeight = (name: string) => tf.Tensor2D;

/** Term of a layer's weights, before anything is computed for it. */
export interface Term {
  readonly config: TermConfig;
  readonly weights: readonly TermWeight[];
  /** Computes what the term needs besides its weights. @throws RangeError if that exceeds a limit */
  make(): MadeTerm;
}

/** Term that is ready. */
export interface MadeTerm {
  /** Fingerprints of what was computed, by which a file recognizes it. */
  readonly prints: readonly Fingerprint[];
  /**
   * W [n_v, n_h] with the term, a fresh tensor.
   * @param base W₀
   * @param factor on ΔW
   */
  add(base: tf.Tensor2D, read: ReadWeight, factor: number): tf.Tensor2D;
  dispose(): void;
}

/** W₀ + s ΔW */
export const plus = (base: tf.Tensor2D, product: tf.Tensor2D, scale: number): tf.Tensor2D =>
  tf.add(base, scale === 1 ? product : tf.mul(product, scale));

/** A matrix as a tensor that stays until it is disposed. */
export const constant = ({ data, rows, cols }: Matrix): tf.Tensor2D =>
  tf.tidy(() => tf.keep(tf.tensor2d(data, [rows, cols])));
