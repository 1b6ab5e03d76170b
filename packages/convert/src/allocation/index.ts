export { type Stage, stages } from "./allocate";
export { type Budget, checkBudget, costIn, type ExpectedStage, expectedOf, stageFor } from "./budget";
export {
  interpolated,
  type LayerSensitivity,
  pointsToMeasure,
  ranksAt,
  type Sensitivity,
  type SensitivityPoint,
} from "./curve";
export { errorOf } from "./error-of";
export { type LowRankFactors, lowRankFactors } from "./low-rank-factors";
export { withRidge } from "./ridge";
