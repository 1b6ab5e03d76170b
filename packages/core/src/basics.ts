import type * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/** Activation functions, by the names tf.layers gives them. */
export type ActivationName = Parameters<typeof layers.activation>[0]["activation"];

/** Options that every layer of this package has. */
export interface LayerBasics {
  /** g of y = g(x W + b). @default "linear" */
  readonly activation?: ActivationName;
  /** Whether there is a b, learned and zero at the start. @default true */
  readonly useBias?: boolean;
  /** Seed of everything random in the layer. @default 0 */
  readonly seed?: number;
  /** Shape of one input, such as [n_v] or [height, width, channels]: needed on the first layer of a sequential model. */
  readonly inputShape?: readonly (number | null)[];
  /** Name of the layer in its model. */
  readonly name?: string;
  /** Whether training changes it. @default true */
  readonly trainable?: boolean;
}

/** Options that every dense layer of this package has. */
export interface DenseBasics extends LayerBasics {
  /** n_h, outputs of the layer. */
  readonly units: number;
}

type LayerArguments = ConstructorParameters<typeof layers.Layer>[0];

/** The options that tf.layers' own constructor understands, also those of a layer that is being loaded. */
export function layerArguments(args: LayerBasics): LayerArguments {
  const { inputShape, name, trainable } = args;
  const { batchInputShape } = args as { batchInputShape?: (number | null)[] };
  return {
    ...(inputShape && { inputShape: [...inputShape] }),
    ...(batchInputShape && { batchInputShape }),
    ...(name !== undefined && { name }),
    ...(trainable !== undefined && { trainable }),
  };
}

/** The entries of a layer's configuration that were given. */
export const given = <T extends object>(config: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as T;

/**
 * An activation function, by tf.layers' own implementation.
 * @throws Error of tf.layers if it knows no such activation
 */
export function activationOf(name: ActivationName = "linear"): (x: tf.Tensor) => tf.Tensor {
  if (name === "linear") return (x) => x;
  const layer = layers.activation({ activation: name });
  return (x) => layer.call(x, {}) as tf.Tensor;
}

/** @throws RangeError unless `count` is a positive integer */
export function checkCount(who: string, name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`${who}: ${name} must be a positive integer; got ${count}`);
}

/** @throws RangeError unless `gain` is a number above 0 */
export function checkGain(who: string, gain: number): void {
  if (!(gain > 0 && gain < Infinity)) throw new RangeError(`${who}: gain must be a number above 0; got ${gain}`);
}

/** The tensor of a layer's only input. */
export const onlyInput = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);

/**
 * n_v of an input [batch, n_v].
 * @param expected n_v where it is known
 * @throws RangeError for an input of another rank, or of another length than expected
 */
export function inputsOf(who: string, inputShape: unknown, expected?: number): number {
  const shape = (Array.isArray(inputShape?.[0 as never]) ? inputShape[0 as never] : inputShape) as (number | null)[];
  const inputs = shape[1];
  if (shape.length !== 2 || typeof inputs !== "number")
    throw new RangeError(
      `${who}: the input must be [batch, inputs]; got [${shape.join(", ")}]; put tf.layers.flatten() before it`,
    );
  if (expected !== undefined && inputs !== expected)
    throw new RangeError(`${who}: the dictionary's domain has ${expected} coordinates; the layer has ${inputs} inputs`);
  return inputs;
}

/** Variance of a Glorot-initialized layer's weights: 2 / (fan in + fan out), which are n_v and n_h of a dense one. */
export const glorotVariance = (inputs: number, units: number): number => 2 / (inputs + units);
