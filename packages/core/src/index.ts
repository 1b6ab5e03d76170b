export { type Account, account, bytesOnDisk, type LayerAccount, type ModelAccount } from "./account";
export type { ActivationName, DenseBasics } from "./basics";
export { type CalibrateOptions, calibrate } from "./calibrate";
export { type IndexSets, type Rank, rankOf } from "./columns";
export { FactorizedDense, type FactorizedDenseOptions, factorizedDense } from "./factorized-dense";
export { LowRankDense, type LowRankDenseOptions, lowRankDense } from "./low-rank-dense";
export { type Order, type ProductShape, productCost } from "./product";
export { dictionaryOf, type Recipe, recipeOf } from "./recipe";
export { registerLayers } from "./register";
