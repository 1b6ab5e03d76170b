import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../arguments/shown";

/** Limits of gradients. */
export interface ClipOptions {
  /**
   * Largest norm of all gradients together, > 0: above it, they are all multiplied by clipNorm / (norm + 1e-6), as
   * PyTorch's `clip_grad_norm_` does. @default none
   */
  readonly clipNorm?: number;
  /** Largest magnitude of any number of a gradient, > 0. Before `clipNorm`, if both are given. @default none */
  readonly clipValue?: number;
}

/** Refuses limits that are not above 0. @throws RangeError naming the option */
export function checkClip(who: string, { clipNorm, clipValue }: ClipOptions): void {
  for (const [name, value] of Object.entries({ clipNorm, clipValue }))
    if (value !== undefined && !(typeof value === "number" && value > 0))
      throw new RangeError(`${who}: ${name} must be a number above 0; got ${shown(value)}; leave it out for none`);
}

/** Gradients within the limits. */
export function clipGradients(
  gradients: readonly tf.Tensor[],
  { clipNorm, clipValue }: ClipOptions,
): readonly tf.Tensor[] {
  const limited =
    clipValue === undefined ? gradients : gradients.map((one) => tf.clipByValue(one, -clipValue, clipValue));
  if (clipNorm === undefined) return limited;
  const norm = tf.sqrt(tf.addN(limited.map((one) => tf.sum(tf.square(one)))));
  const scale = tf.minimum(tf.div(clipNorm, tf.add(norm, 1e-6)), 1);
  return limited.map((one) => tf.mul(one, scale));
}
