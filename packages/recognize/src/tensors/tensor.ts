import type { Precision } from "../expression/evaluate";
import type { Value } from "../expression/value";
import type { NumberType } from "./number-type";

/** Constant of a model: its weights, and the numbers that its operators take. */
export interface Tensor {
  /** Name, of which each tensor of a file has one of its own. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Type of the entries: one of {@link NumberType}, or another name by the format, such as `string` or `float8e4m3fn`. */
  readonly type: string;
  /** Bytes of the entries in the file. */
  readonly bytes: number;
  /** Operators or layers that read it. */
  readonly uses: readonly string[];
  /** Whether callers may give another one: it is an input of the graph, too. Then it stays as it is. @default no */
  readonly open?: true;
  /** Entries as bytes, little-endian, the last axis fastest; undefined if they lie in another file, or are of an unknown type. */
  data(): Uint8Array | undefined;
}

/** Model of a foreign format as a table of its tensors. */
export interface TensorFile {
  /** Format: `onnx`, `tfjs-graph-model`, `tfjs-layers-model` or `safetensors`. */
  readonly format: Format;
  /** Bytes of all its files. */
  readonly bytes: number;
  readonly tensors: readonly Tensor[];
  /** Bytes that a formula takes in a file of this format, with its numbers. */
  cost(formula: Value, shape: readonly number[], type: NumberType): number;
  /** Precision in which its runtimes compute formulas. */
  readonly precision: Precision;
  /**
   * Part of the file in which a tensor can be read whose copies are these; "" if it can be read everywhere. A branch of an ONNX graph
   * does not see the tensors of another.
   */
  region(copies: readonly Tensor[]): string;
}

/** Format of a file that others have written. */
export type Format = "onnx" | "tfjs-graph-model" | "tfjs-layers-model" | "safetensors";
