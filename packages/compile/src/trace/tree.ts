import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import type { TensorType } from "../graph/graph";

/** Shape and type of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: TensorType;
}

/** Shape and type of a tensor whose first axis may be the batch, of any length: null. */
export interface BatchSpec {
  readonly shape: readonly (number | null)[];
  readonly dtype: TensorType;
}

/** Elements of a tensor: Float32Array for float32, Int32Array for int32, Uint8Array for bool. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** Array that holds the elements of a tensor of a type; of "any" type, one of the three. */
export type ElementsOf<Type> = Type extends "float32"
  ? Float32Array
  : Type extends "int32"
    ? Int32Array
    : Type extends "bool"
      ? Uint8Array
      : Elements;

/** Tree of specs, or of tensors in place of the specs of their shapes and types. */
export type SpecTree = BatchSpec | Tensor | readonly SpecTree[] | { readonly [key: string]: SpecTree };

interface ByRank {
  readonly 0: Scalar;
  readonly 1: Tensor1D;
  readonly 2: Tensor2D;
  readonly 3: Tensor3D;
  readonly 4: Tensor4D;
  readonly 5: Tensor5D;
}

/** Tree of tensors that a tree of specs describes. A tensor describes those of its own shape and type. */
// The first condition ends the recursion for trees of which nothing is known.
export type TensorsOf<Specs> = SpecTree extends Specs
  ? unknown
  : Specs extends { readonly shape: { readonly length: infer Rank }; readonly dtype: unknown }
    ? Rank extends keyof ByRank
      ? ByRank[Rank]
      : Tensor
    : { readonly [K in keyof Specs]: TensorsOf<Specs[K]> };

/** Types of the results of a function: one for all of them, or a tree of them. "any" allows every type. */
export type ResultTypes = TensorType | "any" | { readonly [key: string | number]: ResultTypes };

/** Arrays in place of the tensors of a tree, of the given types. */
export type ArraysOf<Tree, Types> = Types extends string
  ? Mapped<Tree, ElementsOf<Types>>
  : { readonly [K in keyof Tree]: ArraysOf<Tree[K], K extends keyof Types ? Types[K] : "float32"> };

/** Tree of tensors with something else in place of each tensor. */
export type Mapped<T, Leaf> = T extends Tensor ? Leaf : { readonly [K in keyof T]: Mapped<T[K], Leaf> };

/**
 * Leaves of a tree, which is a leaf or an array or object of trees, in the order of their keys.
 * @throws TypeError if the tree contains anything else
 */
export function leaves<Leaf>(who: string, tree: unknown, isLeaf: (tree: unknown) => tree is Leaf): readonly Leaf[] {
  if (isLeaf(tree)) return [tree];
  const plain = Array.isArray(tree) || (typeof tree === "object" && tree?.constructor === Object);
  if (!plain) throw new TypeError(`${who} must consist of arrays, objects and tensors; got ${describe(tree)}`);
  return Object.values(tree as object).flatMap((branch) => leaves(who, branch, isLeaf));
}

/**
 * Leaves of a tree, in the order of another tree's keys.
 * @param structure tree of specs or tensors
 * @throws RangeError if the tree does not have the structure's keys
 */
export function leavesLike<Leaf>(
  who: string,
  structure: unknown,
  tree: unknown,
  isLeaf: (tree: unknown) => tree is Leaf,
): readonly Leaf[] {
  if (isSpec(structure)) {
    if (!isLeaf(tree))
      throw new RangeError(`${who} must have the compiled structure; got ${describe(tree)} for a tensor`);
    return [tree];
  }
  const keys = Object.keys(structure as object);
  const treeKeys = typeof tree === "object" && tree !== null && !isLeaf(tree) ? Object.keys(tree) : [];
  if (treeKeys.length !== keys.length || keys.some((key) => !treeKeys.includes(key)))
    throw new RangeError(`${who} must have the compiled structure, with ${list(keys)}; got ${list(treeKeys)}`);
  return keys.flatMap((key) =>
    leavesLike(who, (structure as Record<string, unknown>)[key], (tree as Record<string, unknown>)[key], isLeaf),
  );
}

const list = (keys: readonly string[]) => (keys.length === 0 ? "nothing" : keys.join(", "));

/** Whether a value is a spec; tensors are. */
export const isSpec = (tree: unknown): tree is TensorSpec =>
  typeof tree === "object" &&
  tree !== null &&
  "dtype" in tree &&
  typeof tree.dtype === "string" &&
  "shape" in tree &&
  Array.isArray(tree.shape);

/** Tree of plain arrays and objects with its leaves replaced, in the order of their keys. */
export function withLeaves(tree: unknown, replacements: readonly unknown[]): unknown {
  const rest = replacements.values();
  const walk = (branch: unknown): unknown => {
    if (Array.isArray(branch)) return branch.map(walk);
    if (typeof branch === "object" && branch?.constructor === Object && !("dtype" in branch && "shape" in branch))
      return Object.fromEntries(Object.entries(branch).map(([key, value]) => [key, walk(value)]));
    return rest.next().value;
  };
  return walk(tree);
}

function describe(thing: unknown): string {
  return typeof thing === "object" && thing !== null ? thing.constructor.name : String(thing);
}
