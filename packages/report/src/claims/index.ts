export { againstDense, noHigher, unlessUntrained } from "./against-dense";
export { type Claim, differenceOf, type Verdict, verdictOf, weakest } from "./claim";
export type { Comparison } from "./comparison";
export { below, nearPaper } from "./everywhere";
export { type Curve, curveOf, type PaperCurves, type PaperError, paperError } from "./paper";
export { type DenseNetwork, type MethodCurve, type MethodPoint, nearest, pointAt, pointsIn, type Sweep } from "./sweep";
