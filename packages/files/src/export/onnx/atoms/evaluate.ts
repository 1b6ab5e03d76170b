import { type Node, nodesOf, type Value } from "@weightcast/compile";
import { sizeOf } from "@weightcast/types";

/**
 * Numbers of a value that depends on constants alone, by its operators in float64: an interpreter of those that `algebra` makes, to
 * check at the time of export what a runtime will compute.
 * @throws Error for any other operator
 */
export function evaluate(value: Value): ArrayLike<number> {
  const known = new Map<Value, ArrayLike<number>>();
  const entriesOf = (of: Value): ArrayLike<number> => known.get(of) ?? Array.from(of.data ?? [], Number);
  for (const node of nodesOf({ outputs: [value] }))
    known.set(
      node.outputs[0]!,
      run(
        node,
        node.inputs.map((input) => entriesOf(input!)),
      ),
    );
  return entriesOf(value);
}

type Entries = ArrayLike<number>;

const binaries: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Equal: (a, b) => Number(a === b),
};

const unaries: Readonly<Record<string, (x: number) => number>> = {
  Exp: Math.exp,
  Sqrt: Math.sqrt,
  Sin: Math.sin,
  Neg: (x) => -x,
};

function run({ op, inputs, outputs, attributes }: Node, entries: readonly Entries[]): Entries {
  const [x, y] = entries as [Entries, Entries];
  const [a, b] = inputs as [Value, Value];
  const { shape, type } = outputs[0]!;
  if (op === "Reshape") return x;
  if (op === "Cast") return type === "float32" ? Float32Array.from(x) : x;
  if (op === "Range") return Array.from({ length: shape[0]! }, (_, i) => i);
  if (op === "Transpose") return permuted(x, a.shape, attributes.perm as readonly number[]);
  if (op === "Gather") return gathered(x, a.shape, y, attributes.axis as number);
  if (op === "ReduceSum") return summed(x, a.shape, y[0]!);
  if (op === "MatMul") return products(x, y, a.shape, b.shape);
  const [one, two] = [unaries[op], binaries[op]];
  if (one) return Float64Array.from(x, one);
  if (!two) throw new Error(`evaluate: there is no operator ${op} here`);
  if (x.length === sizeOf(shape) && (y.length === x.length || y.length === 1))
    return Float64Array.from(x, (entry, i) => two(entry, y[y.length === 1 ? 0 : i]!));
  const [left, right] = [stridesIn(a.shape, shape), stridesIn(b.shape, shape)];
  return everywhere(shape, (at) => two(x[offset(at, left)]!, y[offset(at, right)]!));
}

/** Steps in memory of each axis of a result in which a value is broadcast. */
function stridesIn(shape: readonly number[], result: readonly number[]): readonly number[] {
  const own = shape.map((length, axis) => (length === 1 ? 0 : sizeOf(shape.slice(axis + 1))));
  return [...result.slice(shape.length).map(() => 0), ...own];
}

const offset = (at: readonly number[], strides: readonly number[]): number =>
  strides.reduce((sum, stride, axis) => sum + stride * at[axis]!, 0);

/** Numbers at every place of a shape, in order. */
function everywhere(shape: readonly number[], entry: (at: readonly number[]) => number): Float64Array {
  const at = shape.map(() => 0);
  return Float64Array.from({ length: sizeOf(shape) }, () => {
    const found = entry(at);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis]! === shape[axis]; axis--) at[axis] = 0;
    return found;
  });
}

function permuted(x: Entries, shape: readonly number[], perm: readonly number[]): Float64Array {
  const strides = stridesIn(shape, shape);
  const moved = perm.map((axis) => strides[axis]!);
  return everywhere(
    perm.map((axis) => shape[axis]!),
    (at) => x[offset(at, moved)]!,
  );
}

function gathered(x: Entries, shape: readonly number[], places: Entries, axis: number): Float64Array {
  const strides = stridesIn(shape, shape);
  return everywhere(shape.with(axis, places.length), (at) => x[offset(at.with(axis, places[at[axis]!]!), strides)]!);
}

function summed(x: Entries, shape: readonly number[], axis: number): Float64Array {
  const result = shape.with(axis, 1);
  const sums = new Float64Array(sizeOf(result));
  const strides = stridesIn(result, shape);
  let i = 0;
  everywhere(shape, (at) => {
    const place = offset(at, strides);
    sums[place] = sums[place]! + x[i++]!;
    return 0;
  });
  return sums;
}

/** Products of stacks of matrices, row by row. */
function products(x: Entries, y: Entries, a: readonly number[], b: readonly number[]): Float64Array {
  const [rows, inner, cols] = [a.at(-2)!, a.at(-1)!, b.at(-1)!];
  const stack = sizeOf(a.slice(0, -2));
  const result = new Float64Array(stack * rows * cols);
  for (let s = 0; s < stack; s++)
    for (let i = 0; i < rows; i++) {
      const row = (s * rows + i) * cols;
      for (let k = 0; k < inner; k++) {
        const factor = x[(s * rows + i) * inner + k]!;
        const from = (s * inner + k) * cols;
        for (let j = 0; j < cols; j++) result[row + j] = result[row + j]! + factor * y[from + j]!;
      }
    }
  return result;
}
