import type { Dictionary, SelectionRule } from "@weightcast/dictionary";
import type { KernelRidge } from "../kernel-ridge";
import type { AtomsOptions } from "./draw";
import { farthestPoint } from "./farthest-point";
import { leverage } from "./leverage";
import { pivotedCholesky } from "./pivoted-cholesky";

/** Selections that every module of kernel ridge regression offers, by name. */
export const kernelSelections: Readonly<Record<string, SelectionRule>> = {
  leverage: ofKernelRidge("leverage", leverage),
  "farthest-point": ofKernelRidge("farthest-point", farthestPoint),
  "pivoted-cholesky": ofKernelRidge("pivoted-cholesky", pivotedCholesky),
};

function ofKernelRidge(
  name: string,
  choose: (dictionary: KernelRidge, count: number, options: AtomsOptions) => number[][],
): SelectionRule {
  return (dictionary, rank, options) => {
    if (!isKernelRidge(dictionary))
      throw new RangeError(
        `selection ${name} needs a dictionary of kernel ridge regression, such as kernel or covariance; got ${dictionary.name}`,
      );
    return choose(dictionary, rank, options);
  };
}

const isKernelRidge = (dictionary: Dictionary): dictionary is KernelRidge =>
  "gram" in dictionary && "predictor" in dictionary;
