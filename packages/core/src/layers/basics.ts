import type * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { shown } from "@weightcast/dictionary";

/** Name of an activation function, as in tf.layers. */
export type ActivationName = Parameters<typeof layers.activation>[0]["activation"];

/** Options of every layer in this package. */
export interface LayerBasics {
  /** g of y = g(x W + b). @default "linear" */
  readonly activation?: ActivationName;
  /** Whether the layer has a bias b, learned and zero at the start. @default true */
  readonly useBias?: boolean;
  /** Seed of everything random in the layer. @default 0 */
  readonly seed?: number;
  /** Shape of one input, such as [n_v] or [height, width, channels]: needed on the first layer of a sequential model. */
  readonly inputShape?: readonly (number | null)[];
  /** Name of the layer in its model. */
  readonly name?: string;
  /** Whether training changes the layer. @default true */
  readonly trainable?: boolean;
}

/** Options of every dense layer in this package. */
export interface DenseBasics extends LayerBasics {
  /** n_h, outputs of the layer. */
  readonly units: number;
}

/** Shape of a layer's input, as tf.layers passes it to `build`. */
export type InputShape = Parameters<layers.Layer["build"]>[0];

type LayerArguments = ConstructorParameters<typeof layers.Layer>[0];

/** Options that the constructor of tf.layers understands, those of a layer that is being loaded included. */
export function layerArguments(options: LayerBasics): LayerArguments {
  const { inputShape, name, trainable } = options;
  const { batchInputShape } = options as { batchInputShape?: (number | null)[] };
  if (name !== undefined && typeof name !== "string")
    throw new RangeError(`core: the name of a layer must be a string; got ${shown(name)}`);
  return {
    ...(inputShape && { inputShape: [...inputShape] }),
    ...(batchInputShape && { batchInputShape }),
    ...(name !== undefined && { name }),
    ...(trainable !== undefined && { trainable }),
  };
}

/** Entries of a layer's configuration that are not undefined. */
export const defined = <T extends object>(config: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as T;

/**
 * Activation function, as tf.layers implements it.
 * @throws RangeError if it is no name, Error of tf.layers if the name is unknown
 */
export function activationOf(name: ActivationName = "linear"): (x: tf.Tensor) => tf.Tensor {
  if (name === "linear") return (x) => x;
  if (typeof name !== "string")
    throw new RangeError(`core: activation must be a name, such as "relu"; got ${shown(name)}`);
  const layer = layers.activation({ activation: name });
  return (x) => layer.call(x, {}) as tf.Tensor;
}

/** @throws RangeError unless `seed` is a safe integer */
export function checkSeed(who: string, seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${who}: seed must be a safe integer; got ${shown(seed)}`);
}

/** @throws RangeError unless `count` is a positive integer */
export function checkCount(who: string, name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`${who}: ${name} must be a positive integer; got ${shown(count)}`);
}

/** @throws RangeError unless `gain` is a number above 0 */
export function checkGain(who: string, gain: number): void {
  if (!(gain > 0 && gain < Infinity)) throw new RangeError(`${who}: gain must be a number above 0; got ${shown(gain)}`);
}

/** Tensor of a layer that has a single input. */
export const onlyInput = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);

/**
 * n_v of an input [batch, n_v].
 * @param expected n_v, if it is known
 * @throws RangeError if the input has another rank, or another length than expected
 */
export function inputsOf(who: string, inputShape: InputShape, expected?: number): number {
  const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as (number | null)[];
  const inputs = shape[1];
  if (shape.length !== 2 || typeof inputs !== "number")
    throw new RangeError(
      `${who}: the input must be [batch, inputs]; got [${shape.join(", ")}]; put tf.layers.flatten() before it`,
    );
  if (expected !== undefined && inputs !== expected)
    throw new RangeError(`${who}: the dictionary's domain has ${expected} coordinates; the layer has ${inputs} inputs`);
  return inputs;
}

/**
 * n_v of an input [batch, …, n_v].
 * @param expected n_v
 * @throws RangeError if the last axis is unknown, or has another length than expected
 */
export function lastAxisOf(who: string, inputShape: InputShape, expected: number): number {
  const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as (number | null)[];
  const inputs = shape.at(-1);
  if (shape.length < 2 || typeof inputs !== "number")
    throw new RangeError(`${who}: the input must be [batch, …, inputs]; got [${shape.join(", ")}]`);
  if (inputs !== expected)
    throw new RangeError(
      `${who}: the dictionary's domain has ${expected} coordinates; the layer has ${inputs} inputs${shape.length > 2 ? `, the last axis of [${shape.join(", ")}]; put tf.layers.flatten() before it if they are all of its axes` : ""}`,
    );
  return inputs;
}

/** Variance of a Glorot-initialized layer's weights: 2 / (fan in + fan out), which are n_v and n_h for a dense layer. */
export const glorotVariance = (inputs: number, units: number): number => 2 / (inputs + units);
