import type { ErrorCurve } from "../error-curves";

/** Name, color and line of a predictor. */
interface Look {
  readonly name: string;
  readonly color: string;
  /** Dashes of its line. @default solid */
  readonly dashes?: string;
}

/** Looks of all predictors: kernels in the colors of Okabe and Ito (2008), baselines in gray. */
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

/** Name of a predictor with its length scale. */
export const nameOfCurve = ({ predictor, lengthScale }: Pick<ErrorCurve, "predictor" | "lengthScale">): string =>
  `${looks[predictor].name}${lengthScale === undefined ? "" : `, σ = ${lengthScale}`}`;
