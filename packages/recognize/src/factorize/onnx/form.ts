import type { OnnxTensor } from "../../onnx/read";
import type { ScopeNode } from "../../onnx/scopes";
import type { NewNode } from "../../onnx/write";
import type { MatrixSite } from "../matrix-site";
import type { Product } from "../within-budget";

/** Values of a node's input in one run. */
export interface Activation {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Kind of node whose weights can be a product: how they are a matrix, and what takes the node's place. */
export interface Form {
  /** Place of the weights among the node's inputs, and of x. */
  readonly weights: number;
  readonly x: number;
  /** Weights as the matrix of y = x W; a text says why they stay as they are. */
  matrix(
    node: ScopeNode,
    tensor: OnnxTensor,
    values: Float64Array,
  ): Pick<MatrixSite, "inputs" | "weights" | "besides"> | string;
  /** Rows of x that W multiplies, [rows, inputs], at most so many, at random places of the seed. */
  rows(node: ScopeNode, tensor: OnnxTensor, x: Activation, most: number, seed: string): Float32Array;
  /** Nodes that take the place of one. */
  replace(node: ScopeNode, tensor: OnnxTensor, product: Product, around: Around): Replaced;
}

/** What a form writes with. */
export interface Around {
  /** Name of a value that nothing has yet. */
  free(): string;
  /** Constant of float32 in the node's graph. @returns its name */
  constant(values: Float64Array, shape: readonly number[]): string;
  /** Whole numbers as a constant. @returns its name */
  integers(values: readonly number[]): string;
}

/** Nodes in place of one, in order: new ones, or the node itself with other inputs or another output. */
type Replaced = readonly (NewNode | Rewired)[];

/** The node itself, its attributes included. */
interface Rewired {
  readonly inputs: readonly string[];
  readonly output: string;
}
