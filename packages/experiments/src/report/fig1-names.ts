import type { ErrorCurve } from "../fig1-measure";

/** How a predictor is called and drawn. */
interface Look {
  readonly name: string;
  readonly color: string;
  /** Of its line; solid where absent. */
  readonly dashes?: string;
}

/** Kernels in Okabe and Ito's colors (2008), baselines gray. */
export const looks: Readonly<Record<ErrorCurve["predictor"], Look>> = {
  "squared-exponential": { name: "squared exponential", color: "#0072B2" },
  exponential: { name: "exponential", color: "#D55E00" },
  "matern-3/2": { name: "Matérn 3/2", color: "#009E73" },
  "matern-5/2": { name: "Matérn 5/2", color: "#56B4E9" },
  "rational-quadratic": { name: "rational quadratic", color: "#CC79A7" },
  covariance: { name: "covariance of the inputs", color: "#E69F00" },
  zero: { name: "zero", color: "#7a7a7a", dashes: "6,4" },
  mean: { name: "mean of the kept", color: "#a6a6a6", dashes: "2,3" },
  nearest: { name: "nearest kept", color: "#7a7a7a", dashes: "10,3,2,3" },
};

/** A predictor with its length scale. */
export const nameOfCurve = ({ predictor, lengthScale }: Pick<ErrorCurve, "predictor" | "lengthScale">): string =>
  `${looks[predictor].name}${lengthScale === undefined ? "" : `, σ = ${lengthScale}`}`;

/** A share as 25% or 1.6%. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;
