import { checkDomain, checkOptions, type SamplesModule, type SamplesSource, sizeOf } from "@weightcast/dictionary";
import { type KernelRidge, type KernelRidgeOptions, ridgeDictionary } from "./kernel-ridge";
import { secondMoments } from "./second-moments";

export interface CovarianceOptions extends KernelRidgeOptions {
  /** Covariance ("mean"), or the mean product of two inputs ("zero"). @default "mean" */
  readonly center?: "mean" | "zero";
  /** Whose covariance: the inputs' (Emp), or that of their squares (Emp2). @default "inputs" */
  readonly of?: "inputs" | "squares";
}

/**
 * Kernel ridge regression with the empirical covariance of a layer's inputs as kernel: the Emp dictionary of Denil et
 * al. (2013, §2.2), or Emp2 with `of: "squares"`. For inputs without a topology, such as hidden units.
 *
 * k(i, j) = cov(x_i, x_j) over the samples. The ridge is absolute, in squared units of the inputs.
 *
 * Atoms are the coordinates whose variance is not zero, in ascending order: an atom at a constant coordinate, such as a
 * border pixel of MNIST, would be a column of zeros. So `size` may be less than prod(domain), and `coordinates` says
 * which they are. A selection of more atoms than samples is not independent.
 *
 * Made from data, so a model stores its U.
 *
 * @throws RangeError if the domain, an option or the samples' shape is wrong, a sample is not finite, or nothing varies
 */
export function covariance({ domain, batches }: SamplesSource, options: CovarianceOptions = {}): KernelRidge {
  const { ridge = 1e-3, center = "mean", of = "inputs" } = options;
  checkChoice("center", center, ["mean", "zero"]);
  checkChoice("of", of, ["inputs", "squares"]);
  const size = sizeOf(checkDomain("covariance", domain));
  const moments = secondMoments(batches(), size, { center, of });
  const coordinates = Array.from({ length: size }, (_, i) => i).filter((i) => moments[i * size + i]! > 0);
  if (coordinates.length === 0)
    throw new RangeError(`covariance: samples must vary in some coordinate; all ${size} are constant`);

  return ridgeDictionary({
    name: "covariance",
    domain,
    coordinates,
    gram: (i, j) => moments[i * size + j]!,
    ridge,
    options: { ridge, center, of },
    learned: true,
  });
}

function checkChoice(option: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`covariance: ${option} must be one of ${choices.join(", ")}; got ${value}`);
}

/** `covariance` for registries and the command line. */
export const covarianceModule: SamplesModule = {
  name: "covariance",
  summary: "Kernel ridge regression with the covariance of the inputs as kernel (Emp, Emp2)",
  needs: "samples",
  create: (source, options) => covariance(source, checkOptions("covariance", options, ["ridge", "center", "of"])),
};
