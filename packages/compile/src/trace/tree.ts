import type { Tensor } from "@tensorflow/tfjs-core";

/** Shape and type of a tensor; a tensor itself is one too. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Elements of a tensor: Float32Array for float32, Int32Array for int32, Uint8Array for bool. */
export type Elements = Float32Array | Int32Array | Uint8Array;

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
