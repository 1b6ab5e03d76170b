import {
  checkDomain,
  checkOptions,
  type SamplesModule,
  type SamplesSource,
  secondMoments,
} from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { checkRidge, type KernelRidge, type KernelRidgeOptions, ridgeDictionary, ridgeTraits } from "./kernel-ridge";
import { kernelSelections } from "./selections/rules";
import { checkShrinkage, type Shrinkage, shrink, shrinkageOf } from "./shrinkage";

/** Options of {@link covariance}. */
export interface CovarianceOptions extends KernelRidgeOptions {
  /** "mean" for the covariance, "zero" for the mean product of two inputs. @default "mean" */
  readonly center?: "mean" | "zero";
  /** Covariance of the inputs (Emp), or of their squares (Emp2). @default "inputs" */
  readonly of?: "inputs" | "squares";
  /**
   * Shrinkage of the covariance towards a multiple of the identity, for few samples: s in [0, 1], or the rule of Ledoit
   * and Wolf or of oracle approximating shrinkage. The resolved options hold the number. @default 0
   */
  readonly shrinkage?: Shrinkage;
}

/**
 * Kernel ridge regression with the empirical covariance of a layer's inputs as kernel: the Emp dictionary of Denil et
 * al. (2013, §2.2), or Emp2 with `of: "squares"`. It suits inputs without a topology, such as hidden units.
 *
 * k(i, j) = cov(x_i, x_j) over the samples. The ridge is absolute, in squared units of the inputs; without it, inputs in
 * other units give the same predictions in these units.
 *
 * With shrinkage s the kernel is (1 − s) cov(x_i, x_j) + s μ [i = j], where μ is the mean variance of the coordinates
 * that vary.
 *
 * The atoms are the coordinates whose variance is not zero, in ascending order: an atom at a constant coordinate, such as
 * a border pixel of MNIST, would be a column of zeros. So `size` may be less than prod(domain), and `coordinates` lists
 * them. Without shrinkage the atoms of a selection larger than the number of samples are linearly dependent.
 *
 * The dictionary is made from data, so a model stores its U.
 *
 * @throws RangeError if the domain, an option or the samples' shape is wrong, a sample is not finite, or nothing varies
 */
export function covariance({ domain, batches }: SamplesSource, options: CovarianceOptions = {}): KernelRidge {
  const {
    ridge = 1e-3,
    center = "mean",
    of = "inputs",
    shrinkage = 0,
  } = checkOptions<CovarianceOptions>("covariance", options, ["ridge", "center", "of", "shrinkage"]);
  const size = sizeOf(checkDomain("covariance", domain));
  checkRidge("covariance", ridge); // before the samples are read
  checkShrinkage(shrinkage);
  const moments = secondMoments("covariance", batches(), size, { center, of });
  const { matrix, samples } = moments;
  const coordinates = Array.from({ length: size }, (_, i) => i).filter((i) => matrix[i * size + i]! > 0);
  if (coordinates.length === 0)
    throw new RangeError(`covariance: samples must vary in some coordinate; all ${size} are constant`);
  const biased = center === "mean" ? (samples - 1) / samples : 1;
  const used = shrinkageOf(shrinkage, moments, coordinates.length, biased);
  shrink(matrix, size, coordinates, used);

  return ridgeDictionary({
    name: "covariance",
    domain,
    coordinates,
    gram: (i, j) => matrix[i * size + j]!,
    ridge,
    options: { ridge, center, of, shrinkage: used },
    learned: true,
  });
}

/** Module of {@link covariance}, for registries and the command line. */
export const covarianceModule: SamplesModule = {
  name: "covariance",
  summary: "Kernel ridge regression with the covariance of the inputs as kernel (Emp, Emp2)",
  needs: "samples",
  traits: { ...ridgeTraits, learned: true }, // `coordinates` depends on the samples
  selections: kernelSelections,
  create: (source, options) => covariance(source, options as CovarianceOptions | undefined),
};
