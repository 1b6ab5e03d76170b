import { number, repeat } from "../expression/value";
import type { Finder } from "./finding";

/** One number, again and again. */
export const findConstant: Finder = ({ tensor: { shape }, values }) => {
  const value = values[0]!;
  if (Number.isNaN(value) || values.some((other) => other !== value)) return undefined;
  return {
    ...{
      kind: "constant",
      title: value === 0 ? "zeros" : `all ${value}`,
      recipe: { value: Number.isFinite(value) ? value : String(value) },
    },
    formula: () => repeat(number(value), shape),
  };
};
