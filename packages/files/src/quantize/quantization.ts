import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkWeightType, levelsOf, type WeightType } from "../types";
import { type Grid, gridFor, type ScaledBy } from "./grid";

/** How a file holds the weights of a model, by their names; those that are not in it are held as they are. */
export type Quantization = ReadonlyMap<string, Grid>;

/** Weight that a type is chosen for. */
export interface WeightInfo {
  /** Name in the file, such as `hidden_1/coefficients`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether it is trained; the atoms of a dictionary learned from data are not. */
  readonly trainable: boolean;
}

/** Options of {@link quantization}. */
export interface QuantizeOptions {
  /** Type of weights with two axes and more (V, kernels, stored atoms), or a function that chooses for any weight. */
  readonly type: WeightType | ((weight: WeightInfo) => WeightType);
  /** Type of weights with fewer axes, such as biases, if `type` is not a function. @default "float16" */
  readonly vectors?: WeightType;
  /** Values that share a scale, of the integer types. @default "column" */
  readonly scaledBy?: ScaledBy;
}

/**
 * Types and scales in which a file can hold a model's weights: the scale with the least squared error for each column, or the codebook
 * by Lloyd's algorithm. The model is not changed.
 *
 * @throws RangeError for an unknown type, or a weight that float16 can't hold
 */
export function quantization(model: LayersModel, options: QuantizeOptions): Quantization {
  const { type, vectors = "float16", scaledBy = "column" } = options;
  if (typeof type !== "function") checkWeightType("quantization: type", type);
  checkWeightType("quantization: vectors", vectors);
  if (scaledBy !== "column" && scaledBy !== "tensor")
    throw new RangeError(`quantization: scaledBy must be "column" or "tensor"; got ${JSON.stringify(scaledBy)}`);
  const grids = new Map<string, Grid>();
  const trained = new Set(model.trainableWeights.map(({ originalName }) => originalName));
  for (const weight of model.weights) {
    const value = weight.read();
    if (value.dtype !== "float32") continue;
    const { originalName: name } = weight;
    const info = { name, shape: value.shape, trainable: trained.has(name) };
    const chosen =
      typeof type === "function"
        ? checkWeightType(`quantization: type of ${name}`, type(info))
        : value.rank >= 2
          ? type
          : vectors;
    const values = value.dataSync<"float32">();
    if (chosen === "float16" && values.some((entry) => Math.abs(entry) >= 65520))
      throw new RangeError(
        `quantization: ${name} has numbers above 65504, the largest of float16; choose bfloat16 or float32 for it`,
      );
    grids.set(name, gridFor(values, { shape: value.shape, role: roleOf(name), type: chosen, scaledBy }));
  }
  return grids;
}

/** Name of a weight in its layer: `coefficients` of `hidden_1/coefficients`. */
export const roleOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/**
 * Rounding of a model's trainable weights to what a file can hold, as a pure function of tensors: the option `quantizer` of `train` in
 * `@weightcast/training`. Floating-point types, whose rounding is small, are left as they are.
 */
export function quantizerOf(
  model: LayersModel,
  grids: Quantization,
): (weights: readonly tf.Tensor[]) => readonly tf.Tensor[] {
  const rounded = model.trainableWeights.map(({ originalName }) => roundingOf(grids.get(originalName)));
  return (weights) => weights.map((weight, i) => rounded[i]!(weight));
}

function roundingOf(grid: Grid | undefined): (weight: tf.Tensor) => tf.Tensor {
  if (!grid || grid.type === "float32") return (weight) => weight;
  if ("scale" in grid) {
    const levels = levelsOf(grid.type);
    return (weight) =>
      tf.tidy(() => {
        const scale = tf.tensor(grid.scale, [...grid.scaleShape]);
        return tf.mul(tf.clipByValue(tf.round(tf.div(weight, scale)), -levels, levels), scale);
      });
  }
  if (!("codebook" in grid)) return (weight) => weight;
  const { codebook } = grid;
  return (weight) =>
    tf.tidy(() => {
      // A sum of the steps between neighboring entries.
      let value: tf.Tensor = tf.fill(weight.shape, codebook[0]!);
      for (let k = 1; k < codebook.length; k++) {
        const [below, entry] = [codebook[k - 1]!, codebook[k]!];
        const above = tf.cast(tf.greater(weight, (below + entry) / 2), "float32");
        value = tf.add(value, tf.mul(above, entry - below));
      }
      return value;
    });
}
