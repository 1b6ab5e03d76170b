import type { Json } from "@weightcast/types";
import type { Precision } from "../expression/evaluate";
import type { Value } from "../expression/value";
import type { Tensor } from "../tensors/tensor";

/** Kind of structure in a tensor. */
export type FindingKind =
  /** The same entries as another tensor, in any shape. */
  | "copy"
  /** A block of another tensor. */
  | "part"
  /** Another tensor times a number. */
  | "scaled"
  /** One number. */
  | "constant"
  /** A block of entries again and again, or a few rows several times. */
  | "repeated"
  /** Evenly spaced numbers, or those with a constant ratio. */
  | "progression"
  /** Identity, permutation: one entry in each row that is not 0, all alike. */
  | "selection"
  /** Entries that depend on row minus column. */
  | "toeplitz"
  /** Toeplitz, wrapped around. */
  | "circulant"
  /** Entries that depend on row plus column. */
  | "hankel"
  /** Rows of a Hadamard matrix, in any order. */
  | "hadamard"
  /** Windowed sinusoids: Fourier, cosine and constant-Q transforms, positional encodings, windows. */
  | "sinusoids"
  /** Triangles over frequency: a mel filter bank. */
  | "triangles"
  /** Gaussian filters. */
  | "gaussian"
  /** Gabor filters: cosines within a Gaussian. */
  | "gabor"
  /** A product of two smaller matrices. */
  | "low-rank";

/** What a recognizer has found in a tensor, before it is compared. */
export interface Draft {
  readonly kind: FindingKind;
  /** Name for people: "128-point DFT, Hann window". */
  readonly title: string;
  /** Parameters of the formula. */
  readonly recipe: Readonly<Record<string, Json>>;
  /** Formula of the tensor in its own shape. */
  formula(precision: Precision): Value;
}

/** Tensor that never had to be stored. */
export interface Finding extends Omit<Draft, "formula"> {
  /** Name of the tensor. */
  readonly tensor: string;
  /** Largest difference between the tensor and its formula, and the same divided by the largest absolute entry. */
  readonly difference: { readonly absolute: number; readonly relative: number };
  /** Bytes of the tensor. */
  readonly bytes: number;
  /** Bytes that its formula takes in the file, nodes and numbers. */
  readonly stored: number;
  readonly formula: Value;
}

/** Tensor with its numbers. */
export interface Numbers {
  readonly tensor: Tensor;
  readonly values: Float64Array;
  /** Largest absolute value of finite entries. */
  readonly scale: number;
  /** Difference up to which a formula gives an entry. */
  readonly tolerance: number;
}

/** Recognizer of a structure: undefined if the tensor does not have it. */
export type Finder = (numbers: Numbers) => Draft | undefined;
