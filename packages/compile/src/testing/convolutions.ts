import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expectBoth, type Sample } from "./agree";

/** Batch of images [n, h, w, c], or a filter. */
export type Image = tf.Tensor4D;

/** Padding of a convolution or pooling. */
export type Padding = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

/**
 * Checks a convolution and its gradients.
 * @param convolution returns the function to check for a generated case
 */
export const expectConvolutions = <Case extends { readonly x: Sample; readonly filter: Sample }>(
  cases: fc.Arbitrary<Case>,
  convolution: (generated: Case) => (x: Image, filter: Image) => tf.Tensor,
  parameters: fc.Parameters<[Case]>,
) =>
  fc.assert(
    fc.asyncProperty(cases, (generated) => {
      const convolve = convolution(generated);
      return expectBoth((x, filter) => convolve(x as Image, filter as Image), [generated.x, generated.filter]);
    }),
    parameters,
  );

/** Options of a fused convolution. */
export interface FusedOptions {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly activation: "linear" | "relu" | "elu" | "sigmoid" | "leakyrelu" | "prelu";
}

/** Fused convolution as a function of images, filter and bias. The alpha of "prelu" is half the bias. */
export const fused =
  (operation: typeof tf.fused.conv2d | typeof tf.fused.depthwiseConv2d, { strides, pad, activation }: FusedOptions) =>
  (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    operation({
      x: x as Image,
      filter: filter as Image,
      strides,
      pad: pad as "same",
      bias,
      activation,
      leakyreluAlpha: 0.3,
      ...(activation === "prelu" && { preluActivationWeights: tf.mul(bias, 0.5) }),
    });
