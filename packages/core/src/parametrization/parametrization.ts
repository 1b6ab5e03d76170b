import * as tf from "@tensorflow/tfjs-core";
import type { LayerVariable } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/types";
import type { Atoms } from "../atoms/atoms";
import { type FitOptions, fitCoefficients } from "./fit";
import { mix, type Order, orderOf, weightsOf } from "./product";

/** Counts of weights by their origin, of one layer or of a model's factorized and low-rank layers together, without biases. */
export interface Account {
  /** Weights of the ordinary layer it stands for: n_v·n_h of a dense one, h·w·C·filters of a convolution. */
  readonly dense: number;
  /** Learned: V of a factorized layer, U and V of a low-rank one. 0 for a layer that is not trained. */
  readonly dynamic: number;
  /** Fixed: U, counted once if channels share it, the base, and what a layer that is not trained would otherwise learn. */
  readonly static: number;
  /** Part of `static` that a model file must hold: everything except a U that its recipe recomputes. */
  readonly stored: number;
}

/**
 * Parametrization of a layer's weights: W = W₀ + U V [n_v·C', n_h], with fixed atoms U, learned coefficients V and an
 * optional frozen base W₀. In columns j with their own U_j and V_j, W_j = W₀_j + U_j V_j (Denil et al. 2013, §2 and §3.2).
 * Channels that share U have their own rows of V: rows of W are ordered (coordinate, channel), rows of V (atom, channel).
 *
 * It knows neither bias nor activation nor window: those are the layer's.
 */
export interface Parametrization {
  /** U: [n_v, J·n_α] */
  readonly atoms: Atoms;
  /** C', the channels that share U. */
  readonly channels: number;
  readonly order: Order;
  /** V: [J, n_α·C', n_h / J]. Owned by the parametrization: clone it to keep it. */
  coefficients(): tf.Tensor3D;
  /** W₀ in the kernel's shape, if there is one. Owned by the parametrization: clone it to keep it. */
  base(): tf.Tensor | undefined;
  /** W: [n_v·C', n_h], base included. A fresh tensor; differentiable with respect to V. */
  weight(): tf.Tensor2D;
  /** W in the shape of the ordinary layer's kernel, base included. A fresh tensor; differentiable with respect to V. */
  merge(): tf.Tensor;
  /**
   * x W [batch, n_h], of x [batch, n_v], for one channel. Inputs first it is (xU)V + x W₀, weights first x(W₀ + UV).
   * @param training counts the gradients' products when the order is chosen
   */
  apply(x: tf.Tensor2D, training: boolean): tf.Tensor2D;
  /**
   * Sets V to the least-squares fit of given weights: see {@link fitCoefficients}.
   * @param w in the shape of the ordinary layer's kernel
   * @returns the part of W − W₀ that is left over, in [0, 1]
   */
  fit(w: tf.Tensor, options?: FitOptions): number;
  /**
   * Multiplies each column's V by its own factor. The base stays as it is.
   * @param factors J numbers
   */
  rescale(factors: readonly number[]): void;
  /**
   * Counts of weights.
   * @param options `trained`: whether training changes V @default true
   */
  account(options?: { readonly trained?: boolean }): Account;
}

/** Parts of a {@link parametrization}. */
export interface Parts {
  readonly atoms: Atoms;
  /** V: [J, n_α·C', n_h / J] */
  readonly coefficients: Pick<LayerVariable, "read" | "write">;
  /** W₀, in the kernel's shape. */
  readonly base?: Pick<LayerVariable, "read"> | undefined;
  /** Shape of the ordinary layer's kernel: n_v·C'·n_h numbers, outputs last. */
  readonly kernel: readonly number[];
  /** C', the channels that share U. */
  readonly channels: number;
  readonly order: Order;
  /** Whether U is stored in the model file, because it was learned from data. */
  readonly stored: boolean;
}

/** Parametrization from its parts, which it does not dispose. */
export function parametrization({
  atoms,
  coefficients: v,
  base: w0,
  kernel,
  channels,
  order,
  stored,
}: Parts): Parametrization {
  const coefficients = () => v.read() as tf.Tensor3D;
  const base = () => w0?.read();
  const inputs = atoms.inputs * channels;
  const units = sizeOf(kernel) / inputs;
  const matrixOf = (w: tf.Tensor) => tf.reshape<tf.Rank.R2>(w, [inputs, units]);
  const weight = (): tf.Tensor2D =>
    tf.tidy(() => {
      const product = weightsOf(atoms.matrix(), coefficients(), channels);
      return w0 ? tf.add<tf.Tensor2D>(matrixOf(w0.read()), product) : product;
    });
  return {
    atoms,
    channels,
    order,
    coefficients,
    base,
    weight,
    merge: () => tf.tidy<tf.Tensor>(() => (kernel.length === 2 ? weight() : tf.reshape(weight(), [...kernel]))),
    apply: (x, training) =>
      tf.tidy(() => {
        const [columns, rank, width] = coefficients().shape;
        const shape = { batch: x.shape[0], inputs, rank, columns, units: columns * width, base: w0 !== undefined };
        if (orderOf(atoms, order, shape, training) === "weights-first") return tf.matMul(x, weight());
        const y = mix(atoms.project(x), coefficients());
        return w0 ? tf.add<tf.Tensor2D>(y, tf.matMul(x, matrixOf(w0.read()))) : y;
      }),
    fit: (w, options) => {
      const shape = coefficients().shape;
      const u = atoms.matrix();
      const fitted = () => {
        // Not in a tidy, which looks at every element of the array that it returns.
        try {
          return fitCoefficients({ u, shape, base: base(), kernel, channels }, w, options);
        } finally {
          u.dispose();
        }
      };
      const { values, left } = fitted();
      tf.tidy(() => {
        v.write(tf.tensor3d(values, coefficients().shape));
      });
      return left;
    },
    rescale: (factors) =>
      tf.tidy(() => {
        v.write(tf.mul(v.read(), tf.tensor3d([...factors], [factors.length, 1, 1])));
      }),
    account: ({ trained = true } = {}) => {
      const { size } = coefficients();
      const fixed = atoms.inputs * atoms.count;
      const kept = (trained ? 0 : size) + (w0 ? inputs * units : 0);
      return {
        dense: inputs * units,
        dynamic: trained ? size : 0,
        static: fixed + kept,
        stored: (stored ? fixed : 0) + kept,
      };
    },
  };
}
