export type { Rank } from "@weightcast/dictionary";
export { account, bytesOnDisk, type LayerAccount, type ModelAccount } from "./account";
export { AdaptedLayer, type AdaptedLayerConfig, type AddOptions } from "./adapters/adapted-layer";
export { type BaseLayer, isAdaptable } from "./adapters/base";
export {
  type AdapterForm,
  type DictionaryFor,
  full,
  type LoraOptions,
  lora,
  type OneSidedOptions,
  oneSided,
  type SideOptions,
  type SparseOptions,
  sparse,
  type TwoSidedOptions,
  twoSided,
  type VeraOptions,
  vera,
} from "./adapters/forms";
export { type AdapterConfig, checkName as checkAdapterName, isAdapterConfig } from "./adapters/saved-adapters";
export type { SideConfig } from "./adapters/side";
export type { TermConfig } from "./adapters/term";
export type { Basis } from "./atoms/basis";
export type { IndexSets } from "./atoms/columns";
export { dictionaryOf, type Recipe, recipeOf } from "./atoms/recipe";
export { type CalibrateOptions, calibrate } from "./calibrate/calibrate";
export { leavesOf } from "./calibrate/leaves";
export type { ActivationName, DenseBasics, LayerBasics } from "./layers/basics";
export type { FactorizedBasics } from "./layers/factorization";
export { FactorizedConv1D, type FactorizedConv1dOptions, factorizedConv1d } from "./layers/factorized-conv1d";
export { FactorizedConv2D, type FactorizedConv2dOptions, factorizedConv2d } from "./layers/factorized-conv2d";
export { FactorizedDense, type FactorizedDenseOptions, factorizedDense } from "./layers/factorized-dense";
export {
  FactorizedDepthwiseConv2D,
  type FactorizedDepthwiseConv2dOptions,
  factorizedDepthwiseConv2d,
} from "./layers/factorized-depthwise-conv2d";
export { type FactorizedLayer, isFactorized } from "./layers/factorized-layer";
export { layerBelow } from "./layers/layer-below";
export { LowRankDense, type LowRankDenseOptions, lowRankDense } from "./layers/low-rank-dense";
export type { OrdinaryLayer } from "./layers/ordinary";
export { registerLayers } from "./layers/register";
export type { Pair, WindowOptions } from "./layers/window";
export { limitWork } from "./layers/work";
export type { FitOptions } from "./parametrization/fit";
export type { Account, Parametrization } from "./parametrization/parametrization";
export { type Order, type ProductShape, productCost } from "./parametrization/product";
