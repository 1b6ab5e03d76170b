/** Weights of a cell: kernel, recurrent kernel and bias, row-major. */
export type CellWeights = readonly (readonly number[])[];

/** Factors of a cell's inputs and of its last output. */
export interface CellMasks {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Time step of a cell in float64, as tf.layers defines it: (x, states) → states, of which the first is the output. */
export type Cell = (
  weights: CellWeights,
  x: readonly number[],
  states: readonly (readonly number[])[],
  masks: CellMasks,
) => number[][];

const hardSigmoid = (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5));
const product = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value * b[i]!);

/** x W of a vector and a matrix [x.length, columns]. */
const through = (x: readonly number[], w: readonly number[], columns: number) =>
  Array.from({ length: columns }, (_, j) => x.reduce((sum, value, i) => sum + value * w[i * columns + j]!, 0));

export const simpleRnnCell: Cell = ([kernel, recurrent, bias], x, [h], masks) => {
  const [a, b] = [product(x, masks.inputs), product(h!, masks.outputs)];
  const [fromX, fromH] = [through(a, kernel!, h!.length), through(b, recurrent!, h!.length)];
  return [fromX.map((value, j) => Math.tanh(value + fromH[j]! + bias![j]!))];
};

/** Gates: update, reset, candidate. */
export const gruCell: Cell = ([kernel, recurrent, bias], x, [last], masks) => {
  const units = last!.length;
  const h = product(last!, masks.outputs);
  const fromX = through(product(x, masks.inputs), kernel!, 3 * units).map((value, j) => value + bias![j]!);
  const fromH = through(h, recurrent!, 3 * units);
  const gate = (k: number) => h.map((_, j) => hardSigmoid(fromX[k * units + j]! + fromH[k * units + j]!));
  const [update, reset] = [gate(0), gate(1)];
  const fromReset = through(product(reset, h), recurrent!, 3 * units);
  // TensorFlow.js keeps the masked output, where Keras keeps the whole one.
  return [
    h.map((value, j) => {
      const candidate = Math.tanh(fromX[2 * units + j]! + fromReset[2 * units + j]!);
      return update[j]! * value + (1 - update[j]!) * candidate;
    }),
  ];
};

/** Gates: input, forget, candidate, output. */
export const lstmCell: Cell = ([kernel, recurrent, bias], x, [h, c], masks) => {
  const units = h!.length;
  const fromX = through(product(x, masks.inputs), kernel!, 4 * units);
  const fromH = through(product(h!, masks.outputs), recurrent!, 4 * units);
  const z = fromX.map((value, j) => value + fromH[j]! + bias![j]!);
  const at = (k: number, j: number) => z[k * units + j]!;
  const cell = c!.map((value, j) => hardSigmoid(at(1, j)) * value + hardSigmoid(at(0, j)) * Math.tanh(at(2, j)));
  return [cell.map((value, j) => hardSigmoid(at(3, j)) * Math.tanh(value)), cell];
};

/** States after a sequence of inputs. */
export const sequence = (
  cell: Cell,
  weights: CellWeights,
  xs: readonly (readonly number[])[],
  states: readonly (readonly number[])[],
  masks: CellMasks,
): readonly (readonly number[])[] => xs.reduce((now, x) => cell(weights, x, now, masks), states);
