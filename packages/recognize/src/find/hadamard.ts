import { concatenate, indices, multiply, number, numbers, reshape, take, type Value } from "../expression/value";
import type { Finder } from "./finding";
import { matrixOf } from "./matrix";

/** Rows of Sylvester's Hadamard matrix, c (−1)^(bits that i and j share), in any order and of any sign: Walsh functions. */
export const findHadamard: Finder = ({ tensor: { shape }, values }) => {
  const matrix = matrixOf(shape);
  if (!matrix) return undefined;
  const { rows, cols } = matrix;
  const levels = Math.log2(cols);
  const scale = Math.abs(values[0]!);
  if (cols < 4 || !Number.isInteger(levels) || scale === 0) return undefined;
  const [places, signs]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++) {
    const sign = Math.sign(values[i * cols]!);
    let place = 0;
    for (let level = 0; level < levels; level++)
      if (values[i * cols + 2 ** level] !== sign * scale) place += 2 ** level;
    for (let j = 0; j < cols; j++) if (values[i * cols + j] !== sign * scale * parity(place & j)) return undefined;
    places.push(place);
    signs.push(sign);
  }
  const inOrder = rows === cols && places.every((place, i) => place === i);
  const isPlain = signs.every((sign) => sign === 1);
  return {
    ...{ kind: "hadamard", title: `${rows} rows of the Hadamard matrix of ${cols}` },
    recipe: { scale, ...(!inOrder && { places }), ...(!isPlain && { signs }) },
    formula: () => {
      let all: Value = numbers([scale], [1, 1]);
      for (let level = 0; level < levels; level++) {
        const negative = multiply(all, number(-1));
        all = concatenate([concatenate([all, all], 1), concatenate([all, negative], 1)], 0);
      }
      const chosen = inOrder ? all : take(all, indices(places));
      return reshape(isPlain ? chosen : multiply(chosen, numbers(signs, [rows, 1], "float32")), shape);
    },
  };
};

/** 1 for an even number of bits, −1 for an odd one. */
function parity(bits: number): 1 | -1 {
  let sign: 1 | -1 = 1;
  for (let rest = bits; rest > 0; rest &= rest - 1) sign = sign === 1 ? -1 : 1;
  return sign;
}
