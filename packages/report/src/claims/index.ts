export { againstDense, noHigher, unlessUntrained } from "./against-dense";
export {
  type BytesComparison,
  type BytesCurve,
  type BytesPlace,
  type BytesPoint,
  largestWithin,
  lowestWithin,
  type PublishedPoint,
  pointsOnCurve,
} from "./bytes";
export { lowerAtAllBytes, lowerInBytes, noHigherInBytes } from "./bytes-claims";
export { type Claim, differenceOf, type Verdict, verdictOf, weakest } from "./claim";
export type { Comparison } from "./comparison";
export { below, nearPaper } from "./everywhere";
export { type Curve, curveOf, type PaperCurves, type PaperError, paperError } from "./paper";
export { type DenseNetwork, type MethodCurve, type MethodPoint, nearest, pointAt, pointsIn, type Sweep } from "./sweep";
