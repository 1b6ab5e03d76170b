import { colorOf } from "@weightcast/report";
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
  "squared-exponential": { name: "squared exponential", color: colorOf("blue") },
  exponential: { name: "exponential", color: colorOf("vermilion") },
  "matern-3/2": { name: "Matérn 3/2", color: colorOf("green") },
  "matern-5/2": { name: "Matérn 5/2", color: colorOf("sky") },
  "rational-quadratic": { name: "rational quadratic", color: colorOf("pink") },
  covariance: { name: "covariance of the inputs", color: colorOf("orange") },
  zero: { name: "zero", color: colorOf("gray"), dashes: "6,4" },
  mean: { name: "mean of the kept", color: colorOf("silver"), dashes: "2,3" },
  nearest: { name: "nearest kept", color: colorOf("gray"), dashes: "10,3,2,3" },
};

/** Name of a predictor with its length scale. */
export const nameOfCurve = ({ predictor, lengthScale }: Pick<ErrorCurve, "predictor" | "lengthScale">): string =>
  `${looks[predictor].name}${lengthScale === undefined ? "" : `, σ = ${lengthScale}`}`;
