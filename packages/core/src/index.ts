export type { Rank } from "@weightcast/dictionary";
export { type Account, account, bytesOnDisk, type LayerAccount, type ModelAccount } from "./account";
export type { ActivationName, DenseBasics, LayerBasics } from "./basics";
export type { Basis } from "./basis";
export { type CalibrateOptions, calibrate } from "./calibrate";
export type { IndexSets } from "./columns";
export type { FactorizedBasics } from "./factorization";
export { FactorizedConv1D, type FactorizedConv1dOptions, factorizedConv1d } from "./factorized-conv1d";
export { FactorizedConv2D, type FactorizedConv2dOptions, factorizedConv2d } from "./factorized-conv2d";
export { FactorizedDense, type FactorizedDenseOptions, factorizedDense } from "./factorized-dense";
export {
  FactorizedDepthwiseConv2D,
  type FactorizedDepthwiseConv2dOptions,
  factorizedDepthwiseConv2d,
} from "./factorized-depthwise-conv2d";
export { type FactorizedLayer, isFactorized } from "./factorized-layers";
export { LowRankDense, type LowRankDenseOptions, lowRankDense } from "./low-rank-dense";
export { type Order, type ProductShape, productCost } from "./product";
export { dictionaryOf, type Recipe, recipeOf } from "./recipe";
export { registerLayers } from "./register";
export type { Pair, WindowOptions } from "./window";
