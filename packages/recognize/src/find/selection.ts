import { sizeOf } from "@weightcast/types";
import { equal, multiply, number, numbers, range, reshape } from "../expression/value";
import type { Finder } from "./finding";

/** One entry in each row, all alike, and zeros: identity, permutation, or a choice of inputs. */
export const findSelection: Finder = ({ tensor: { shape }, values }) => {
  if (shape.length < 2) return undefined;
  const [rows, cols] = [shape[0]!, sizeOf(shape.slice(1))];
  if (rows < 2 || cols < 2) return undefined;
  const value = values.find((one) => one !== 0)!;
  const places: number[] = [];
  for (let i = 0; i < rows; i++) {
    let place: number | undefined;
    for (let j = 0; j < cols; j++) {
      const entry = values[i * cols + j]!;
      if (entry === 0) continue;
      if (entry !== value || place !== undefined) return undefined;
      place = j;
    }
    if (place === undefined) return undefined;
    places.push(place);
  }
  const isIdentity = places.every((place, i) => place === i);
  const isPermutation = rows === cols && new Set(places).size === rows;
  const name = isIdentity ? "identity" : isPermutation ? "permutation" : "selection";
  return {
    ...{ kind: "selection", title: `${name} of ${rows} × ${cols}${value === 1 ? "" : ` times ${value}`}` },
    recipe: { value, ...(!isIdentity && { places }) },
    formula: () => {
      const at = isIdentity ? reshape(range(rows), [rows, 1]) : numbers(places, [rows, 1]);
      return reshape(multiply(equal(at, reshape(range(cols), [1, cols])), number(value)), shape);
    },
  };
};
